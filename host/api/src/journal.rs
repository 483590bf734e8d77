//! The journal of a run: a line of JSON for each call of the host.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Failure, Ledger};

mod args;
mod outcome;

pub use args::{
    AgentInitArgs, AgentRunArgs, FunctionAnswer, HookFireArgs, ModelCallArgs, ReplayedEventArgs, StateWriteArg,
    ToolCallArgs, WorkflowStepArgs,
};
pub use outcome::{
    AgentCreateOutcome, FunctionCall, HookRegisterOutcome, ModelCallOutcome, ModuleLoadOutcome, ModuleReadOutcome,
    StartedOutcome, StateEntry, StateListOutcome, StateWriteOutcome, Step, StepFailure, StepOutcome,
    WorkflowCreateOutcome,
};

/// A line of the journal: one call of the host, from its admission to its answer; or the end of the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JournalLine {
    /// Numbers of admissions and completions come from one counter, from 1.
    pub seq: u64,
    /// "interface.function"; "run.end" for the last line.
    pub call: String,
    /// The function's arguments by name.
    pub args: Value,
    /// What it came to.
    pub outcome: JournalOutcome,
    /// What it cost.
    pub cost: JournalCost,
    /// The number of its completion.
    pub completed_seq: u64,
    /// The operation whose work made the call, from 1. Absent: the guest made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<u64>,
    /// The names that had to be granted, by the section of a policy, such as `{"models": ["openai/gpt-4"]}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub need: Option<BTreeMap<String, Vec<String>>>,
    /// What was decided about the question whether it may be made. Absent: no policy wanted a yes to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<JournalApproval>,
}

/// What was decided about a call that a policy wanted a yes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JournalApproval {
    /// SHA-256 of the call, in hex, as `--approve` takes it.
    pub digest: String,
    /// Whether it was approved.
    pub approved: bool,
    /// "asked": somebody was; "before": of what was said before; "digest": of `--approve`; "nobody": nobody was there.
    pub by: String,
}

/// What a call came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JournalOutcome {
    /// The answer. A call that starts work has `{"operation": number}`.
    Ok(Value),
    /// Why there is no answer.
    Failure(Failure),
    /// Of the line "run.end": the word of the run's outcome.
    Ended(String),
}

/// What a call cost; of the line "run.end", all that the run used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum JournalCost {
    /// Of the whole run.
    Run(Ledger),
    /// Of one call.
    Call {
        /// Of the answer that crosses to the guest.
        bytes: usize,
    },
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn reads_back(line: &JournalLine, text: &str) {
        assert_eq!(serde_json::to_string(line).unwrap(), text);
        assert_eq!(serde_json::from_str::<JournalLine>(text).unwrap(), *line);
    }

    #[test]
    fn a_line_is_written_as_ever() {
        let failure = Failure { details: Some(serde_json::json!({ "name": "x" })), ..Failure::denied("no") };
        let line = JournalLine {
            seq: 3,
            call: "agent.complete".into(),
            args: serde_json::json!({ "model": "m", "n": 1.0 }),
            outcome: JournalOutcome::Failure(failure),
            cost: JournalCost::Call { bytes: 7 },
            completed_seq: 4,
            operation: Some(1),
            need: Some([("models".to_owned(), vec!["m".to_owned()])].into()),
            approval: None,
        };
        reads_back(
            &line,
            "{\"seq\":3,\"call\":\"agent.complete\",\"args\":{\"model\":\"m\",\"n\":1.0},\"outcome\":{\"failure\":\
             {\"code\":\"denied\",\"message\":\"no\",\"details\":{\"name\":\"x\"}}},\"cost\":{\"bytes\":7},\
             \"completed_seq\":4,\"operation\":1,\"need\":{\"models\":[\"m\"]}}",
        );
        let outcome = JournalOutcome::Ok(Value::Null);
        let line = JournalLine { outcome, operation: None, need: None, ..line };
        reads_back(
            &line,
            "{\"seq\":3,\"call\":\"agent.complete\",\"args\":{\"model\":\"m\",\"n\":1.0},\"outcome\":{\"ok\":null},\
             \"cost\":{\"bytes\":7},\"completed_seq\":4}",
        );
    }

    #[test]
    fn the_last_line_has_what_the_run_used() {
        let ledger = Ledger { fuel: 5, wall_time: std::time::Duration::from_nanos(1_234_567), ..Ledger::default() };
        let line = JournalLine {
            seq: 8,
            call: "run.end".into(),
            args: serde_json::json!({}),
            outcome: JournalOutcome::Ended("completed".into()),
            cost: JournalCost::Run(ledger),
            completed_seq: 9,
            operation: None,
            need: None,
            approval: None,
        };
        let text = serde_json::to_string(&line).unwrap();
        assert_eq!(
            text,
            "{\"seq\":8,\"call\":\"run.end\",\"args\":{},\"outcome\":{\"ended\":\"completed\"},\"cost\":{\"fuel\":5,\
             \"memory_bytes\":0,\"wall_time_ms\":1.235,\"output_bytes\":0,\"host_calls\":0,\"host_bytes\":0,\
             \"tool_calls\":0,\"written_bytes\":0,\"model_calls\":0,\"input_tokens\":0,\"output_tokens\":0,\"unmetered_calls\":0,\
             \"cost_nano_dollars\":0},\"completed_seq\":9}"
        );
        let again: JournalLine = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), text);
    }
}
