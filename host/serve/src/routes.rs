//! Routes of requests, and the document that describes them.

use axum::Router;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequestParts, Path, Query};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use http::StatusCode;
use http::request::Parts;
use llmspell_base::Code;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::Shared;
use crate::problem::Problem;
use crate::{metrics, openai, openapi};

mod events;
mod operation;
mod runs;
mod spells;

pub use events::HEARTBEAT;
pub use spells::file_name;

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
        .layer(from_fn_with_state(app.clone(), metrics::count))
        .with_state(app)
}

/// The document that describes them.
pub fn openapi() -> Value {
    openapi::finish(documented().into_openapi())
}

/// The parameters behind the `?`.
pub struct Parameters<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Shared> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Parameters<T>, Problem> {
        let wrong =
            |error: QueryRejection| Problem::invalid(format!("the parameters of the path: {}", error.body_text()));
        Query::try_from_uri(&parts.uri).map(|Query(parameters)| Parameters(parameters)).map_err(wrong)
    }
}

/// The one name in a path.
pub struct Named(pub String);

impl FromRequestParts<Shared> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Named, Problem> {
        let wrong = |error: PathRejection| Problem::invalid(format!("the path: {}", error.body_text()));
        Path::<String>::from_request_parts(parts, app).await.map(|Path(name)| Named(name)).map_err(wrong)
    }
}
