//! Repeats failed requests.

use std::time::{Duration, SystemTime};

use backon::{ExponentialBuilder, Retryable};
use http::{HeaderMap, header};
use rig_core::http_client::{Error, Result};
use serde_json::Value;
use tokio::time::Instant;

use super::Fault;
use crate::provider::Retries;
use crate::refusal::{Meaning, meaning};

/// Repeats what failed before its reply began: rate limits (429), server errors (5xx), no connection. Waits as long
/// as the server says, and else twice as long each time and some; never to the deadline.
pub async fn repeat<T, F: Future<Output = Result<T>>>(
    retries: &Retries,
    deadline: Instant,
    attempt: impl FnMut() -> F,
) -> Result<T> {
    let mut waits = ExponentialBuilder::default()
        .with_min_delay(retries.first)
        .with_max_delay(retries.longest)
        .with_max_times(retries.attempts.saturating_sub(1) as usize)
        .with_jitter();
    if let Some(seed) = retries.seed {
        waits = waits.with_jitter_seed(seed);
    }
    let longest = retries.longest;
    let wait = move |error: &Error, wait: Option<Duration>| {
        let asked = refused(error).and_then(|(_, headers, body)| retry_after(headers, body, SystemTime::now()));
        let asked = asked.unwrap_or_default();
        let wait = wait?.max(asked);
        // A wait of an hour is better reported now.
        let in_time = asked <= longest && Instant::now() + wait < deadline;
        in_time.then_some(wait)
    };
    attempt.retry(waits).sleep(tokio::time::sleep).when(is_worth_it).adjust(wait).await
}

fn is_worth_it(error: &Error) -> bool {
    match (refused(error), error) {
        (Some((501, ..)), _) => false,
        (Some((429, _, body)), _) => meaning(Some(429), body) != Some(Meaning::NoCredit),
        (Some((status, ..)), _) => (500..600).contains(&status),
        (None, Error::Instance(cause)) => cause.downcast_ref::<Fault>().is_some_and(Fault::is_connecting),
        _ => false,
    }
}

fn refused(error: &Error) -> Option<(u16, &HeaderMap, &str)> {
    match error {
        Error::InvalidStatusCodeWithDetails { status, headers, body, .. } => Some((status.as_u16(), headers, body)),
        _ => None,
    }
}

/// How long a server asks to be left alone: in seconds, or until a date. `now` counts where it does not say what time it
/// takes it to be: our clock may be wrong by hours.
pub fn retry_after(headers: &HeaderMap, body: &str, now: SystemTime) -> Option<Duration> {
    in_headers(headers, now).or_else(|| in_body(body))
}

/// Gemini, and gateways before it, say it in the body only: a detail {"retryDelay": "17s"}.
fn in_body(body: &str) -> Option<Duration> {
    let value: Value = serde_json::from_str(body).ok()?;
    let error = value.get(0).unwrap_or(&value).get("error")?;
    let details = error.get("details")?.as_array()?;
    let delay = details.iter().find_map(|detail| detail.get("retryDelay")?.as_str())?;
    in_seconds(delay.strip_suffix('s')?)
}

/// Gateways in Python write fractions.
fn in_seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.parse().ok()?;
    (seconds <= f64::from(u32::MAX)).then(|| Duration::try_from_secs_f64(seconds).ok()).flatten()
}

fn in_headers(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    // OpenAI and Azure say it in milliseconds as well.
    if let Some(wait) = text("retry-after-ms").and_then(|text| text.parse::<u32>().ok()) {
        return Some(Duration::from_millis(wait.into()));
    }
    // LiteLLM 1.106 passes its provider's header on under the second name only.
    let asked = text(header::RETRY_AFTER.as_str()).or_else(|| text("llm_provider-retry-after"))?;
    if let Some(wait) = in_seconds(asked) {
        return Some(wait);
    }
    let date = |name| httpdate::parse_http_date(headers.get(name)?.to_str().ok()?.trim()).ok();
    // A date that has passed means now. One beyond all years to come means nothing.
    let wait =
        httpdate::parse_http_date(asked).ok()?.duration_since(date(header::DATE).unwrap_or(now)).unwrap_or_default();
    (wait <= Duration::from_secs(u32::MAX.into())).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        for (text, seconds) in [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
            ("Tue, 06 Nov 1984 08:49:47 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", None),
            ("-1", None),
            ("soon", None),
            ("NaN", None),
            ("99999999999", None),
        ] {
            let headers = [(header::RETRY_AFTER, text.parse().unwrap())].into_iter().collect();
            assert_eq!(retry_after(&headers, "", now), seconds.map(Duration::from_secs), "{text}");
        }
        for (name, text, milliseconds) in [("retry-after-ms", "1500", 1_500), ("llm_provider-retry-after", "7", 7_000)]
        {
            let headers = [(name.parse().unwrap(), text.parse().unwrap())].into_iter().collect();
            assert_eq!(retry_after(&headers, "", now), Some(Duration::from_millis(milliseconds)), "{name}");
        }
        let gemini = r#"[{"error": {"code": 429, "details": [{"@type": "a"}, {"retryDelay": "17.5s"}]}}]"#;
        assert_eq!(retry_after(&HeaderMap::new(), gemini, now), Some(Duration::from_millis(17_500)));
        // By the server's clock, not by this machine's, which is a day behind.
        let [until, theirs] =
            ["Mon, 07 Nov 1994 08:49:47 GMT", "Mon, 07 Nov 1994 08:49:37 GMT"].map(|text| text.parse());
        let dates = [(header::RETRY_AFTER, until.unwrap()), (header::DATE, theirs.unwrap())].into_iter().collect();
        assert_eq!(retry_after(&dates, "", now), Some(Duration::from_secs(10)));
    }
}
