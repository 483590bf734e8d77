//! The OpenAPI document, held against the routes.

use std::collections::BTreeSet;

use llmspell_serve::Server;
use serde_json::{Value, json};

use super::harness::Harness;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

#[test]
fn each_route_is_described_and_nothing_else() {
    let server = Harness::new();
    let document = server.get("/openapi.json", "").ok(200);
    assert_eq!(document, Server::openapi());
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    let known: BTreeSet<&str> = paths.keys().map(String::as_str).collect();
    let expected = [
        "/health",
        "/metrics",
        "/openapi.json",
        "/ready",
        "/v1/chat/completions",
        "/v1/models",
        "/v1/models/spell/{name}",
        "/v1/models/{model}",
        "/v1/responses",
        "/v1/runs",
        "/v1/runs/{id}",
        "/v1/runs/{id}/events",
        "/v1/runs/{id}/receipt",
        "/v1/runs/{id}/record",
        "/v1/spells",
        "/v1/spells/{name}",
    ];
    assert_eq!(known, BTreeSet::from(expected));
    for (path, operations) in paths {
        let real = path.replace("{name}", "x").replace("{model}", "x").replace("{id}", "x");
        for method in METHODS {
            let answer = server.send(&method.to_uppercase(), &real, "", "", None);
            let is_there = answer.status != 405;
            assert_eq!(is_there, operations.get(method).is_some(), "{method} {path}: {}", answer.head);
            let Some(operation) = operations.get(method) else {
                answer.refused(405, "invalid", "does not take this method");
                continue;
            };
            let open = ["/health", "/ready", "/openapi.json"].contains(&path.as_str());
            assert_eq!(answer.status == 401, !open, "{method} {path}: {}", answer.head);
            assert_eq!(operation["security"] == json!([{}]), open, "{method} {path}");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.values().all(|one| one["description"].is_string()), "{method} {path}");
        }
    }
    server.get("/v1/nothing", "").refused(404, "not-found", "nothing at this path");
}

#[test]
fn what_it_refers_to_is_there() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str).map(String::from));
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let document = Server::openapi();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 10, "{found:?}");
    for reference in found {
        assert!(document.pointer(reference.strip_prefix('#').unwrap()).is_some(), "{reference}");
    }
}
