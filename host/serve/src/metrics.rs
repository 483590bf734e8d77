//! Figures of the server, as Prometheus reads them.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::prometheus_text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use crate::places::Places;
use crate::run::Run;

type Labels<const N: usize> = [(&'static str, String); N];

/// The content type of the text.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Figures. No label has the name of a tenant or of anything that a client chooses, so that their number is bounded.
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels<3>, Counter>,
    time: Histogram,
    ended: Family<Labels<1>, Counter>,
    tokens: Family<Labels<1>, Counter>,
    fuel: Counter<u64, AtomicU64>,
    queued: Gauge,
    running: Gauge,
    places: Arc<Places>,
}

impl Metrics {
    pub fn new(places: Arc<Places>) -> Metrics {
        let mut registry = Registry::with_prefix("llmspell");
        // From a millisecond to about a minute.
        let time = Histogram::new(exponential_buckets(0.001, 4.0, 9));
        let (requests, ended, tokens, fuel) =
            (Family::default(), Family::default(), Family::default(), Counter::default());
        let (queued, running) = (Gauge::default(), Gauge::default());
        registry.register("http_requests", "Requests that were answered", Family::clone(&requests));
        registry.register("http_request_duration_seconds", "Time to the head of an answer", time.clone());
        registry.register("runs", "Runs that are over, by outcome", Family::clone(&ended));
        registry.register("model_tokens", "Tokens of models in runs that are over", Family::clone(&tokens));
        registry.register("fuel", "Fuel of runs that are over", fuel.clone());
        registry.register("runs_queued", "Runs that wait for a place", queued.clone());
        registry.register("runs_running", "Runs that are under way", running.clone());
        Metrics { registry, requests, time, ended, tokens, fuel, queued, running, places }
    }

    /// Counts a run that is over.
    pub fn ended(&self, run: &Run) {
        let outcome = run.outcome.clone().unwrap_or_default();
        self.ended.get_or_create(&[("outcome", outcome)]).inc();
        if let Some(usage) = &run.usage {
            self.tokens.get_or_create(&[("kind", "input".into())]).inc_by(usage.models.input_tokens);
            self.tokens.get_or_create(&[("kind", "output".into())]).inc_by(usage.models.output_tokens);
            self.fuel.inc_by(usage.fuel);
        }
    }

    /// Counts a request that was answered.
    pub fn answered(&self, route: String, method: &'static str, status: u16, time: Duration) {
        self.requests
            .get_or_create(&[("route", route), ("method", method.into()), ("status", status.to_string())])
            .inc();
        self.time.observe(time.as_secs_f64());
    }

    /// All of them.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let (accepted, running) = self.places.load();
        let gauge = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.queued.set(gauge(accepted.saturating_sub(running)));
        self.running.set(gauge(running));
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
