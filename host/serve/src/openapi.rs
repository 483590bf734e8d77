//! The OpenAPI document: from the routes, with the schemas of `llmspell-wasm schema`.

use llmspell_wasm::api::schema::schemas;
use serde_json::{Map, Value, json};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

use crate::app::Shared;
use crate::openai::OpenAiError;
use crate::problem::Problem;

#[derive(OpenApi)]
#[openapi(
    info(title = "llmspell-wasm serve", description = "Runs spells of many tenants, each in its own WebAssembly sandbox."),
    components(schemas(Problem, OpenAiError)),
    security(("key" = [])),
    modifiers(&Security),
    tags(
        (name = "spells", description = "Stored spells"),
        (name = "runs", description = "Runs of spells"),
        (name = "openai", description = "Stored spells as models, for clients of OpenAI's API"),
        (name = "operation", description = "The server itself"),
    )
)]
struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("key", bearer);
    }
}

/// A router without routes.
pub fn begin() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(Document::openapi())
}

/// The document of these routes.
pub fn finish(document: utoipa::openapi::OpenApi) -> Value {
    let mut document = serde_json::to_value(document).unwrap_or_default();
    if let Some(known) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        add(known, "Receipt", "receipt");
    }
    let operations = document.pointer_mut("/paths").and_then(Value::as_object_mut).into_iter().flatten();
    for (path, operation) in
        operations.flat_map(|(path, all)| all.as_object_mut().into_iter().flatten().map(move |one| (path, one.1)))
    {
        let is_openai = operation.pointer("/tags/0") == Some(&json!("openai"));
        let (kind, schema) = match is_openai {
            true => ("application/json", "OpenAiError"),
            false => ("application/problem+json", "Problem"),
        };
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        for response in responses.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
            // Needed in 3.1, also where there is nothing to say.
            response.entry("description").or_insert("Done".into());
        }
        if path == "/health" || path == "/openapi.json" {
            continue;
        }
        let content = json!({ kind: { "schema": { "$ref": format!("#/components/schemas/{schema}") } } });
        if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
            responses.insert("default".into(), json!({ "description": "Why it was refused", "content": content }));
        }
    }
    document
}

/// Adds one of our own schemas, and those that it refers to.
fn add(known: &mut Map<String, Value>, name: &str, own: &str) {
    let Some((_, schema)) = schemas().into_iter().find(|(name, _)| *name == own) else { return };
    let text = schema.to_value().to_string().replace("#/$defs/", "#/components/schemas/");
    let Ok(Value::Object(mut schema)) = serde_json::from_str(&text) else { return };
    if let Some(Value::Object(others)) = schema.remove("$defs") {
        known.extend(others);
    }
    schema.remove("$schema");
    known.insert(name.into(), Value::Object(schema));
}
