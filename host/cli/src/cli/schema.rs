//! `schema`: JSON Schemas for editors and for tools that make bindings.

use std::process::ExitCode;

use anyhow::bail;
use llmspell_wasm::api::schema::schemas;
use llmspell_wasm::nearest;
use serde_json::{Map, Value};

use super::terminal;

/// Print the JSON Schemas of requests, replies, journals, receipts and audits
#[derive(clap::Args)]
pub struct Args {
    /// One of them, such as agent.reply; without a name, all as one object
    name: Option<String>,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let all: Map<String, Value> =
        schemas().into_iter().map(|(name, schema)| (name.to_owned(), schema.to_value())).collect();
    let shown = match args.name {
        None => Value::Object(all),
        Some(name) => match all.get(&name) {
            Some(schema) => schema.clone(),
            None => {
                let known: Vec<&str> = all.keys().map(String::as_str).collect();
                bail!("there is no schema '{name}'{}", nearest(&name, &known))
            }
        },
    };
    terminal::print(&(terminal::pretty(&shown) + "\n"))?;
    Ok(ExitCode::SUCCESS)
}
