use std::process::ExitCode;

use anyhow::anyhow;
use llmspell_wasm::api::agent::Usage;
use llmspell_wasm::api::workflow::{RecordedRun, RecordedStep};
use llmspell_wasm::{DiagramFormat, draw_recorded};
use serde_json::{Value, json};

use super::{session, with};
use crate::cli::state::table::table;
use crate::cli::state::{Common, count, time};
use crate::cli::terminal::one_line;

/// Show what is recorded of an execution: its status, and each of its steps
#[derive(clap::Args)]
pub struct Args {
    /// The id of its checkpoint
    id: String,
    /// Draw the workflow instead, with what is recorded of its steps
    #[arg(long, value_name = "FORMAT", value_parser = ["mermaid", "svg"])]
    diagram: Option<String>,
    #[command(flatten)]
    pub common: Common,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let session = session(args.common, "show")?;
    if let Some(format) = &args.diagram {
        let format = DiagramFormat::read(format).map_err(|failure| anyhow!(failure.message))?;
        let (definition, run) = with(&session, async |all| all.definition(&args.id).await)?;
        let drawn = draw_recorded(definition, &run, format).map_err(|failure| anyhow!(failure.message))?;
        return session.show(|| json!(drawn), || drawn.clone());
    }
    let run = with(&session, async |all| all.show(&args.id).await)?;
    session.show(|| json!(run), || text(&run))
}

fn text(run: &RecordedRun) -> String {
    let mut lines = vec![
        ("id", run.id.clone()),
        ("workflow", format!("{} ({})", one_line(&run.workflow), one_line(&run.pattern))),
        ("status", word(&json!(run.status))),
    ];
    lines.extend(run.holder.as_ref().map(|holder| ("at work", one_line(holder))));
    lines.extend(run.error.as_ref().map(|error| ("error", one_line(&error.message))));
    lines.extend(run.spell.as_ref().map(|spell| ("spell", one_line(spell))));
    lines.push(("begun", time(run.started_at)));
    lines.push(("changed", time(run.changed_at)));
    let (steps, runs) = (count(run.steps_executed, "step"), count(run.runs, "run"));
    let used = [tokens(&run.usage), cost(&run.usage)].into_iter().filter(|part| part != "-").collect::<Vec<_>>();
    let used = used.iter().map(|part| format!(", {part}")).collect::<String>();
    lines.push(("worked", format!("{steps} in {runs}, {} ms{used}", run.duration_ms)));
    let head = lines.iter().map(|(name, value)| format!("{name:<8}  {value}\n")).collect::<String>();
    let columns = ["PLACE", "STEP", "STATUS", "ATTEMPTS", "TIME", "TOKENS", "COST", "ERROR"];
    format!("{head}\n{}", table(&columns, run.steps.iter().map(row)))
}

fn row(step: &RecordedStep) -> Vec<String> {
    let time = step.duration_ms.map_or("-".into(), |time| format!("{time} ms"));
    let error = step.error.as_ref().map(|error| error.message.clone()).unwrap_or_default();
    let attempts = step.attempts.to_string();
    let (tokens, cost) = (tokens(&step.usage), cost(&step.usage));
    vec![step.place.clone(), step.step.clone(), word(&json!(step.status)), attempts, time, tokens, cost, error]
}

/// A status as it is written in JSON, in words.
pub fn word(status: &Value) -> String {
    status.as_str().unwrap_or_default().replace('_', " ")
}

fn tokens(usage: &Usage) -> String {
    match (usage.input_tokens, usage.output_tokens) {
        (None, None) => "-".into(),
        (input, output) => format!("{} + {} tokens", input.unwrap_or(0), output.unwrap_or(0)),
    }
}

fn cost(usage: &Usage) -> String {
    usage.cost.as_ref().map_or("-".into(), |cost| format!("${cost}"))
}
