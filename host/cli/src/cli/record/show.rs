use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use llmspell_wasm::replay::record::{Call, Entry};
use serde_json::json;

use crate::cli::play::Format;
use crate::cli::recorded::{line, open, values};
use crate::cli::terminal::{one_line, plain_json, print};

/// Show what was run, each call of the host in its order with its answer, and how it ended
#[derive(clap::Args)]
pub struct Args {
    /// The record
    file: PathBuf,
    /// Show only calls that begin so, such as agent. or state.put; of several, any
    #[arg(long, value_name = "PREFIX")]
    call: Vec<String>,
    /// Text for people, or a line of JSON for each entry
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let at = || args.file.display().to_string();
    let mut reader = open(&args.file)?.open().with_context(at)?;
    let (is_json, mut step) = (args.output == Format::Json, 0);
    let header = reader.header();
    match is_json {
        true => show_line(&json!({ "header": header }))?,
        false => print(&format!(
            "spell     {}\nlanguage  {}\nguest     {}\nversion   {}\n",
            one_line(&header.name),
            one_line(&header.language),
            one_line(&header.guest),
            one_line(&header.version)
        ))?,
    }
    let is_wanted =
        |name: &str| args.call.is_empty() || args.call.iter().any(|prefix| name.starts_with(prefix.as_str()));
    while let Some(entry) = reader.next().with_context(at)? {
        match entry {
            Entry::Call(Call { name, arguments, outcome }) => {
                step += 1;
                if !is_wanted(&name) {
                    continue;
                }
                match is_json {
                    true => {
                        let (arguments, answer) = values(&arguments, &outcome);
                        show_line(&json!({ "step": step, "call": &*name, "arguments": arguments, "answer": answer }))?;
                    }
                    false => print(&(line(step, &one_line(&name), &arguments, &outcome) + "\n"))?,
                }
            }
            Entry::Shown(said) if args.call.is_empty() => match is_json {
                true => show_line(&json!({ "told": &*said.text }))?,
                false => print(&format!("        told: {}\n", one_line(&said.text)))?,
            },
            Entry::End(end) => match is_json {
                true => show_line(&json!({ "end": end }))?,
                false => {
                    let used = &end.ledger;
                    let (calls, tokens) =
                        (used.models.model_calls, used.models.input_tokens + used.models.output_tokens);
                    let (outcome, fuel, tools) = (one_line(&end.outcome), used.fuel, used.tool_calls);
                    let dollars = llmspell_wasm::NanoDollars(used.models.cost_nano_dollars);
                    print(&format!(
                        "ended     {outcome}\nused      {fuel} fuel, {calls} model calls, {tokens} tokens, ${dollars}, {tools} tool calls\n"
                    ))?;
                }
            },
            Entry::Shown(_) | Entry::Header(_) => {}
        }
    }
    if !reader.has_ended() && !is_json {
        print(&format!("cut off   after call {step}: the run was killed, or the file is not whole\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show_line(value: &serde_json::Value) -> std::io::Result<()> {
    print(&(plain_json(&value.to_string()) + "\n"))
}
