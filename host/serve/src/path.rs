//! What a request says in its path.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequestParts, Path, Query};
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::app::Shared;
use crate::problem::Problem;

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
