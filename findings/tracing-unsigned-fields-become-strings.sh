#!/usr/bin/env bash
# Guess: a number in a tracing span reaches OpenTelemetry as a number.
# Instead: of the integers only signed ones do. u64, u32 and usize become strings ("12"), also where the value would fit into an
#   i64: the bridge has no `record_u64`, and tracing's default for it is `record_debug`. Token counts and lengths are
#   unsigned in most Rust programs, so gen_ai.usage.input_tokens arrives as a string, and a backend that adds up or
#   compares numbers may leave it out. A cast to i64 at the span puts it right.
# Versions: tracing-opentelemetry 0.34.0, opentelemetry and opentelemetry_sdk 0.33.1, tracing 0.1.44.
# Source: seen by running this. The GenAI semantic conventions define gen_ai.usage.input_tokens as an int.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export CARGO_TARGET_DIR="$folder/target"

mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"
[dependencies]
opentelemetry = "=0.33.1"
opentelemetry_sdk = { version = "=0.33.1", default-features = false, features = ["trace", "testing"] }
tracing = "=0.1.44"
tracing-opentelemetry = { version = "=0.34.0", default-features = false }
tracing-subscriber = { version = "=0.3.23", default-features = false, features = ["registry"] }
TOML
cat > src/main.rs <<'RUST'
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use tracing_subscriber::layer::SubscriberExt;

fn main() {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("probe"));
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        let text = "twelve bytes";
        drop(tracing::info_span!(
            "chat",
            probe.u64 = 12u64,
            probe.u32 = 12u32,
            probe.usize = text.len(),
            probe.i64 = 12i64,
            probe.cast = text.len() as i64,
            probe.f64 = 12.5,
            probe.bool = true,
        ));
    });
    for span in exporter.get_finished_spans().unwrap() {
        for attribute in span.attributes.iter().filter(|a| a.key.as_str().starts_with("probe.")) {
            println!("{} {:?}", attribute.key, attribute.value);
        }
    }
}
RUST

seen=$(cargo run --quiet)
echo "$seen"
expected='probe.u64 String(Owned("12"))
probe.u32 String(Owned("12"))
probe.usize String(Owned("12"))
probe.i64 I64(12)
probe.cast I64(12)
probe.f64 F64(12.5)
probe.bool Bool(true)'
[ "$seen" = "$expected" ] || { echo "not what this finding says" >&2; exit 1; }
