use std::process::ExitCode;

use llmspell_wasm::Ending;
use llmspell_wasm::api::workflow::{RecordedRun, RecordedRuns, RecordedStepStatus};
use llmspell_wasm::state::StoreError;
use serde_json::json;

use super::show::word;
use super::{session, with};
use crate::cli::complain;
use crate::cli::state::table::table;
use crate::cli::state::{Common, quoted, time};

/// List the tenant's executions that are kept
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let session = session(args.common, "list")?;
    let runs = with(&session, async |all| {
        let (mut runs, mut unreadable) = (Vec::new(), Vec::new());
        for id in all.ids().await? {
            match all.show(&id).await {
                Ok(run) => runs.push(run),
                // Deleted meanwhile.
                Err(StoreError::NotFound(_)) => {}
                Err(problem) => unreadable.push(problem),
            }
        }
        Ok((runs, unreadable))
    })?;
    let (runs, unreadable) = runs;
    let runs = RecordedRuns { tenant: session.tenant.clone(), runs };
    let shown = session.show(|| json!(runs), || text(&runs))?;
    unreadable.iter().for_each(|problem| complain(&format!("left out: {problem}")));
    Ok(if unreadable.is_empty() { shown } else { ExitCode::from(Ending::StoreDamaged.exit_code()) })
}

fn text(all: &RecordedRuns) -> String {
    if all.runs.is_empty() {
        return format!("tenant {} has no executions that are kept\n", quoted(&all.tenant));
    }
    table(&["ID", "WORKFLOW", "STATUS", "STEPS", "CHANGED"], all.runs.iter().map(row))
}

fn row(run: &RecordedRun) -> Vec<String> {
    let over = |status| matches!(status, RecordedStepStatus::Completed | RecordedStepStatus::Skipped);
    let done = run.steps.iter().filter(|step| over(step.status)).count();
    let steps = format!("{done} of {}", run.steps.len());
    vec![run.id.clone(), run.workflow.clone(), word(&json!(run.status)), steps, time(run.changed_at)]
}
