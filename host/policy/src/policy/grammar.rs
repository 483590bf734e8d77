//! How names of each kind are written: which spellings mean the same, and which patterns mean more than they seem to.

use std::borrow::Cow;

use llmspell_base::hook_pattern::Pattern;
use llmspell_base::provider_kind::Kind;

/// The spelling that names which mean the same have in common.
pub type Normal = fn(&str) -> Cow<'_, str>;

/// What is wrong with a pattern in a policy; `true` for one in an `allow` list.
pub type Check = fn(&str, bool) -> Result<(), String>;

pub fn same(name: &str) -> Cow<'_, str> {
    name.into()
}

pub fn anything(_: &str, _: bool) -> Result<(), String> {
    Ok(())
}

/// Tools answer to their names with '_' and with '-'.
pub fn tool_normal(name: &str) -> Cow<'_, str> {
    name.replace('-', "_").into()
}

pub fn tool_check(text: &str, _: bool) -> Result<(), String> {
    only(text, "_-*", "tool")
}

/// "/" alone is the folder of everything, whose name is empty.
pub fn path_normal(name: &str) -> Cow<'_, str> {
    name.trim_end_matches('/').into()
}

/// Providers have aliases.
pub fn model_normal(name: &str) -> Cow<'_, str> {
    match name.split_once('/').map(|(provider, model)| (provider.parse::<Kind>(), model)) {
        Some((Ok(kind), model)) => format!("{}/{model}", kind.name()).into(),
        _ => name.into(),
    }
}

pub fn model_check(text: &str, _: bool) -> Result<(), String> {
    if text == "*" {
        return Ok(());
    }
    match text.split_once('/') {
        None => Err(format!("names no provider: write \"openai/{text}\", or \"*/{text}\" for any")),
        Some((provider, model)) if provider.is_empty() || model.is_empty() => {
            Err("is no model: write \"provider/model\", or \"provider/*\" for all of one".into())
        }
        Some(_) => Ok(()),
    }
}

pub fn variable_check(text: &str, allows: bool) -> Result<(), String> {
    if text == "*" && allows {
        return Err("allows the whole environment, with all that is secret in it: name the variables".into());
    }
    if allows && Kind::ALL.iter().any(|kind| kind.key_env() == Some(text)) {
        return Err("holds the key of a provider, which no spell may have".into());
    }
    only(text, "_.-*", "environment variable")
}

/// A server alone stands for all that it offers.
pub fn mcp(text: &str) -> Result<String, String> {
    Ok(if text.contains('.') { text.into() } else { format!("{text}.*") })
}

pub fn mcp_check(text: &str, _: bool) -> Result<(), String> {
    match text.split_once('.') {
        Some((server, _)) if server.contains("__") => {
            Err("is a name that models have: write \"server.tool\" in place of \"server__tool\"".into())
        }
        Some((server, offer)) if !server.is_empty() && !offer.is_empty() => only(server, "_-*", "MCP server"),
        _ => Err("names no MCP server: write \"server\", or \"server.tool\"".into()),
    }
}

pub fn secret_check(text: &str, _: bool) -> Result<(), String> {
    only(text, "_-*", "secret")
}

/// Any spelling of a hook point in the words that it is checked by.
pub fn hook_point(text: &str) -> Result<String, String> {
    let pattern = Pattern::parse(text).map_err(|failure| failure.message)?;
    if pattern.has_component() {
        return Err(format!("'{text}' names a component: a policy is about points, such as \"tool:before_execution\""));
    }
    Ok(pattern.text().into())
}

fn only(text: &str, more: &str, noun: &str) -> Result<(), String> {
    text.chars()
        .find(|sign| !sign.is_ascii_alphanumeric() && !more.contains(*sign))
        .map_or(Ok(()), |sign| Err(format!("has '{}' in it, which no {noun} has", sign.escape_debug())))
}
