//! Diagrams of executions that are kept in checkpoints.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use llmspell_api::workflow::{RecordedRun, RecordedStatus, RecordedStep, RecordedStepStatus};
use llmspell_base::Failure;

use super::{Format, Known, draw};
use crate::execution::{Passage, StepState};
use crate::plan::{FREE_FIELDS, Plan, Step, Work};
use crate::usage;

/// Draws a definition as a checkpoint keeps it, with what it has recorded of the steps.
pub fn draw_recorded(definition: Value, run: &RecordedRun, format: Format) -> Result<String, Failure> {
    let plan = Plan::create(readable(definition), usize::MAX)?;
    let is_running = run.status == RecordedStatus::Running;
    let mut passages: HashMap<usize, Passage> = HashMap::new();
    for (step, recorded) in run.steps.iter().filter_map(|recorded| Some((step_at(&plan, &recorded.place)?, recorded))) {
        let Some(state) = state(recorded, is_running) else { continue };
        // The steps of a loop, each time that it was their turn.
        let begins = Passage { state, times: 0, duration_ms: 0, tokens: 0 };
        let passage = passages.entry(step.number).or_insert(begins);
        passage.state = state;
        passage.times += 1;
        passage.duration_ms = passage.duration_ms.saturating_add(recorded.duration_ms.unwrap_or(0));
        passage.tokens = passage.tokens.saturating_add(usage::tokens(&recorded.usage));
    }
    let status = json!(run.status);
    let known = Known {
        agent: &|_| None,
        passage: &|step| passages.get(&step.number).copied(),
        status: status.as_str(),
        tokens: usage::tokens(&run.usage),
    };
    Ok(draw(&plan, &known, format))
}

fn state(recorded: &RecordedStep, is_running: bool) -> Option<StepState> {
    Some(match recorded.status {
        RecordedStepStatus::Pending => return None,
        RecordedStepStatus::Begun if is_running => StepState::UnderWay,
        RecordedStepStatus::Begun => StepState::Stopped,
        RecordedStepStatus::Completed => StepState::Completed,
        RecordedStepStatus::Failed => StepState::Failed,
        RecordedStepStatus::Skipped => StepState::Skipped,
    })
}

/// The step at a place such as "/2/5.0": the first one of the workflow that step 2 is, in its iteration 5.
fn step_at<'p>(plan: &'p Plan, place: &str) -> Option<&'p Step> {
    let (first, rest) = match place.strip_prefix('/')?.split_once('/') {
        Some((first, _)) => (first, place.get(first.len() + 1..)?),
        None => (place.strip_prefix('/')?, ""),
    };
    let number = first.rsplit_once('.').map_or(first, |(_, number)| number);
    let step = plan.steps.get(number.parse::<usize>().ok()?)?;
    match (&step.work, rest) {
        (_, "") => Some(step),
        (Work::Workflow { plan, .. }, rest) => step_at(plan, rest),
        _ => None,
    }
}

/// A definition that can be read again from one that is compared: for what needs no functions, and of agents only their names.
fn readable(mut definition: Value) -> Value {
    match &mut definition {
        Value::Array(items) => items.iter_mut().for_each(|item| *item = readable(item.take())),
        Value::Object(fields) => {
            if let Some(function) = fields.get_mut("function").filter(|function| function.is_boolean()) {
                *function = 0.into();
            }
            if let Some(agent) = fields.get_mut("agent").and_then(Value::as_object_mut) {
                let name = agent.shift_remove("name");
                *agent = name.map(|name| ("name".to_owned(), name)).into_iter().collect::<Map<_, _>>();
            }
            let rest =
                fields.iter_mut().filter(|(name, _)| !FREE_FIELDS.contains(&name.as_str()) && name.as_str() != "agent");
            rest.for_each(|(_, field)| *field = readable(field.take()));
        }
        _ => {}
    }
    definition
}
