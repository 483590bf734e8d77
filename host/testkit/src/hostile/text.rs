//! A policy or a configuration that says what it should not.

use llmspell_wasm::Config;
use llmspell_wasm::policy::Policy;

use super::case::Case;

pub fn policy(case: &Case, text: &str) -> Vec<String> {
    refused(case, Policy::parse("operator.toml", text).map(drop).map_err(|error| error.to_string()))
}

pub fn configuration(case: &Case, text: &str) -> Vec<String> {
    refused(case, Config::from_toml(text, &|_| None).map(drop).map_err(|error| error.to_string()))
}

/// Refused in a line that can be shown, unless the case says that it ends as "accepted".
fn refused(case: &Case, result: Result<(), String>) -> Vec<String> {
    let (ends, error) = match result {
        Ok(()) => ("accepted", String::new()),
        Err(error) => ("refused", error),
    };
    let mut problems = case.check("", ends, &error, &[&error]);
    if case.ends.is_none() && ends == "accepted" {
        problems.push("it is accepted".into());
    }
    if error.lines().count() > 1 || error.chars().any(char::is_control) || error.len() > 2_000 {
        problems.push(format!("the error is no line to be shown: {error:?}"));
    }
    problems
}
