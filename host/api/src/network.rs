//! The JSON of the interface `network`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is asked of a server, without its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Of http or https.
    pub url: String,
    /// GET if it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Names and values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// What is done where the server refers to another address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<Redirect>,
    /// How long it may take, if that is less than the operator allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
}

/// What is done where a server refers to another address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Redirect {
    /// It is asked in turn.
    #[default]
    Follow,
    /// The reference is the response.
    Manual,
    /// It is a failure.
    Error,
}

/// What a server answered, without its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Response {
    /// Such as 200.
    pub status: u16,
    /// What the status means in English; empty where it is unknown.
    pub reason: String,
    /// The address that answered.
    pub url: String,
    /// Whether it is another one than the one that was asked.
    pub redirected: bool,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The number of the body; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<u64>,
}
