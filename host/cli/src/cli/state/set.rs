use std::io::{IsTerminal, Read};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use llmspell_wasm::api::state::Changed;
use llmspell_wasm::config::parse_duration;
use llmspell_wasm::state::{Change, Condition, Lifetime, check_value};
use serde_json::{Value, json};

use super::{Common, Missing};

/// Set the value of a key, whether or not it exists
#[derive(clap::Args)]
pub struct Args {
    scope: String,
    key: String,
    /// JSON, such as 3, '"text"' or '{"a": 1}'; read from standard input if it is left out or -
    #[arg(allow_hyphen_values = true)]
    value: Option<String>,
    /// Take the value as plain text, not as JSON
    #[arg(long)]
    text: bool,
    /// Let the key expire after this time, such as 10m
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    ttl: Option<Duration>,
    /// Only if there is no such key yet
    #[arg(long, conflicts_with = "if_version")]
    if_absent: bool,
    /// Only if the key has this version
    #[arg(long, value_name = "N")]
    if_version: Option<u64>,
    #[command(flatten)]
    pub common: Common,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    args.common.may_make()?;
    let session = args.common.session("set", Missing::Make)?;
    let most = session.config.limits.value_bytes;
    let text = match args.value {
        Some(value) if value != "-" => value,
        _ => from_input(most)?,
    };
    let value = if args.text { Value::from(text).to_string() } else { text.trim().into() };
    check_value(&value).map_err(|what| match args.text {
        true => anyhow!(what),
        false => anyhow!("{what}: write text as '\"…\"', or give it with --text"),
    })?;
    if value.len() > most {
        bail!("the value has {} bytes of JSON; at most {most} are allowed (limits.value_bytes)", value.len());
    }
    let condition = match args.if_version {
        _ if args.if_absent => Condition::Absent,
        Some(version) => Condition::Version(version),
        None => Condition::Any,
    };
    let lifetime = args
        .ttl
        .map_or(Lifetime::Unlimited, |ttl| Lifetime::Milliseconds(u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX)));
    let (scope, key) = (args.scope, args.key);
    let put = Change::Put { scope, key, value, condition, lifetime };
    let done = session.with(async |store, tenant| store.commit(tenant, vec![put]).await)?;
    let existed = done.changed.iter().any(|changed| changed.existed > 0);
    session.show(|| json!(Changed { version: done.version, existed }), String::new)
}

fn from_input(most: usize) -> anyhow::Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        bail!("there is no value: give it after the key, or on standard input");
    }
    let mut bytes = Vec::new();
    input.take(most as u64 + 2).read_to_end(&mut bytes).context("standard input")?;
    let mut text = String::from_utf8(bytes).context("standard input is not UTF-8")?;
    // The end of a line that `echo` adds.
    if text.ends_with('\n') {
        text.pop();
    }
    Ok(text)
}
