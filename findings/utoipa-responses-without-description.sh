#!/usr/bin/env bash
# Guess: a response that is declared with a status and a body becomes a response that OpenAPI 3.1 allows.
# Instead: utoipa writes it without `description`, the one field that every response has to have, in a document that
#   says "openapi": "3.1.0".
# What we do: host/serve/src/openapi.rs gives each response one that has none; tests/serve/document.rs asks for it.
# Versions: utoipa 6.0.0.
# Source: seen by running this; OpenAPI 3.1.0, "Response Object": description is REQUIRED.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "probe"
version = "0.1.0"
edition = "2021"

[dependencies]
utoipa = { version = "=6.0.0", default-features = false, features = ["macros"] }
serde_json = "1"
TOML
cat > src/main.rs <<'RUST'
use utoipa::OpenApi;

#[utoipa::path(get, path = "/a", responses((status = 200, body = String)))]
#[allow(dead_code)]
fn a() {}

#[derive(OpenApi)]
#[openapi(paths(a))]
struct Api;

fn main() {
    let document = serde_json::to_value(Api::openapi()).unwrap();
    let response = &document["paths"]["/a"]["get"]["responses"]["200"];
    println!("openapi {}: {response}", document["openapi"]);
    let description = response.get("description").and_then(|text| text.as_str()).unwrap_or_default();
    assert!(response.is_object() && description.is_empty(), "it has a description now: {response}");
}
RUST
cargo run --quiet
