//! What `info` prints: languages, providers, limits and grants as they are in force.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::budget::Plans;
use crate::policy::{Barred, Named, NeedsApproval};
use crate::{GuestInfo, LimitValue};

/// What `info` prints.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Info<'a> {
    /// Of llmspell-wasm.
    pub version: &'a str,
    /// The languages that spells can be written in.
    pub languages: Vec<Language<'a>>,
    /// Those that are configured, then those that are there anyway.
    pub providers: Vec<Provider<'a>>,
    /// The provider of bare model names that imply no other.
    pub default_provider: &'a str,
    /// By name.
    pub limits: BTreeMap<&'a str, Limit>,
    /// By day and month.
    pub budgets: Plans,
    /// What spells may use.
    pub grants: Granted<'a>,
    /// What holds for requests that spells send.
    pub network: Network,
    /// What spells can refer to as `secret:NAME`, without its values.
    pub secrets: Vec<SecretInfo<'a>>,
    /// Who answers web-search, the first one unless a call names another.
    pub search: Vec<&'a str>,
    /// Where state is kept.
    pub state: StoreInfo,
    /// The configuration's file; null without one.
    pub config: Option<String>,
}

/// What the guest says of itself, or why it can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Language<'a> {
    /// It can be used.
    Usable(GuestInfo),
    /// It can't be used.
    Unusable {
        /// The language, such as "lua".
        name: &'a str,
        /// Why.
        error: String,
    },
}

/// A provider, as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Provider<'a> {
    /// As it stands before the `/` in a model's full name.
    pub name: &'a str,
    /// Which API it has, such as "openai".
    pub kind: &'a str,
    /// Null: the kind's own endpoint. Without the path, which is where some services put a key.
    pub host: Option<String>,
    /// The model of requests that name none; null without one.
    pub default_model: Option<&'a str>,
    /// The environment variable that holds its key; null if it needs none.
    pub key_variable: Option<&'a str>,
    /// Whether it has a key.
    pub key_set: bool,
    /// Whether it can be asked, as far as that is known here.
    pub available: bool,
    /// Why not, where it isn't the key; else null.
    pub problem: Option<&'a str>,
    /// Whether it is there without being configured.
    pub builtin: bool,
}

/// A limit of a run.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Limit {
    /// Units, bytes or milliseconds, or decimal dollars as text; null without a limit.
    #[schemars(with = "Option<LimitValue>")]
    pub value: Value,
    /// As the flag takes it; null without a limit.
    pub written: Option<String>,
    /// "flag", "default", the configuration's file, or a place in a policy.
    pub from: String,
}

/// What spells may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Granted<'a> {
    /// Patterns of models.
    pub models: &'a [String],
    /// Names of the host's tools.
    pub tools: &'a [String],
    /// Names of environment variables.
    pub environment: &'a [String],
    /// Patterns of names of secrets.
    pub secrets: &'a [String],
    /// Whether files beside the spell can be loaded.
    pub modules: bool,
    /// Files that hold for every spell, or for those of the tenant "local".
    pub policies: Vec<String>,
    /// Where each of these lists comes from: the configuration's file, or the default.
    pub from: BTreeMap<&'static str, String>,
    /// Every entry of these policies, where it stands, and whether it is in force.
    pub entries: Vec<Named>,
    /// What somebody has to say yes to.
    pub approvals: Vec<NeedsApproval>,
    /// Where nothing may go any more, once something was taken in.
    pub taint: Vec<Barred>,
}

/// What holds for requests that spells send, where hosts are granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Network {
    /// Milliseconds to the beginning of a response, and to the end of one that is read whole.
    pub timeout_ms: u64,
    /// Milliseconds that connecting to one address takes at most.
    pub connect_timeout_ms: u64,
    /// Bytes of the body of a request.
    pub max_request: u64,
    /// Bytes of the body of a response, unpacked.
    pub max_response: u64,
    /// How many redirects are followed.
    pub redirects: u32,
    /// Requests of one tenant, redirects included.
    pub requests_per_minute: u32,
}

/// A secret, without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SecretInfo<'a> {
    /// As spells name it.
    pub name: &'a str,
    /// The environment variable that holds it.
    pub variable: &'a str,
    /// Whether the variable is set.
    pub set: bool,
    /// Patterns of the hosts that it is sent to.
    pub to: Vec<String>,
    /// How it stands in a header: "plain", "bearer" or "basic".
    #[serde(rename = "as")]
    pub form: &'static str,
}

/// Where state is kept. It is not opened: another process may have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StoreInfo {
    /// As `--store` takes it.
    pub store: String,
    /// "memory", "sled" or "sqlite".
    pub kind: &'static str,
    /// What says so: a flag, a variable, a file, or the default.
    pub from: String,
    /// Whether there is something.
    pub exists: bool,
    /// How long a run waits for another process that has it, in milliseconds.
    pub wait_ms: u64,
    /// The most bytes of a tenant.
    pub tenant_bytes: u64,
    /// The most keys of a tenant.
    pub tenant_keys: u64,
    /// The most backups of a tenant.
    pub tenant_backups: u64,
}
