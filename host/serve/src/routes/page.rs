//! Which page of a list is asked for.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::problem::Problem;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Continue behind this one, as `next` of the page before says.
    pub after: Option<String>,
    /// At most so many, from 1 to 1000.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u16>,
}

/// The most entries of a page.
pub const MOST: u16 = 1_000;

/// How many entries a page has, where the request says nothing.
const USUAL: u16 = 100;

impl Page {
    /// How many entries it has at most.
    pub fn limit(&self) -> Result<usize, Problem> {
        match self.limit.unwrap_or(USUAL) {
            limit @ 1..=MOST => Ok(limit.into()),
            other => Err(Problem::invalid(format!("limit: is from 1 to {MOST}, not {other}"))),
        }
    }
}
