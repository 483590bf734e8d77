//! Routes of requests, and the document that describes them.

use std::sync::OnceLock;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use http::StatusCode;
use llmspell_base::Code;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::Shared;
use crate::counted::count;
use crate::problem::Problem;
use crate::{openai, openapi};

mod events;
mod new_run;
mod operation;
mod page;
mod runs;
mod spells;

fn documented() -> OpenApiRouter<Shared> {
    openapi::begin()
        .routes(routes!(operation::health))
        .routes(routes!(operation::ready))
        .routes(routes!(operation::metrics))
        .routes(routes!(operation::openapi))
        .routes(routes!(spells::list))
        .routes(routes!(spells::put, spells::get, spells::delete))
        .routes(routes!(runs::begin, runs::list))
        .routes(routes!(runs::get, runs::cancel))
        .routes(routes!(runs::receipt))
        .routes(routes!(runs::record))
        .routes(routes!(events::events))
        .merge(openai::routes())
}

/// All routes.
pub fn router(app: Shared) -> Router {
    let (router, _) = documented().split_for_parts();
    router
        .fallback(async || {
            Problem::not_found("there is nothing at this path: GET /openapi.json describes what there is")
        })
        .method_not_allowed_fallback(async || {
            let detail = "this path does not take this method: GET /openapi.json describes what it takes";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, Code::Invalid, detail).into_response()
        })
        .layer(from_fn_with_state(app.clone(), count))
        .with_state(app)
}

/// The document that describes them. Made once: it takes milliseconds, and whoever reaches the server may ask for it.
pub fn openapi() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| openapi::finish(documented().into_openapi()))
}
