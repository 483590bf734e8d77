//! The record of a run: one stream of typed events, and the sinks that keep it.

use std::io::Write;

use llmspell_api::audit::AuditApproval;
use llmspell_api::journal::JournalApproval;
use llmspell_api::{JournalCost, JournalLine, JournalOutcome};
use llmspell_base::{Failure, Limit};
use llmspell_policy::audit::{self, AuditDecision};
use serde_json::{Map, Value};

use crate::approval::{Decided, Question};
use crate::ledger::Ledger;
use crate::stop::Stop;

mod workflow;

pub use workflow::{StepMoment, Used, WorkflowEvent, WorkflowMoment};

/// What happened in a run, in the order in which it happened.
#[derive(Debug)]
pub enum RunEvent<'a> {
    /// It was decided whether a call may use something. Recorded before anything is done.
    Decided {
        /// "interface.function".
        call: &'static str,
        /// Whether it was granted.
        decision: AuditDecision,
        /// The section of a policy that grants it, such as "models".
        section: &'static str,
        /// The names that had to be granted.
        names: &'a [String],
    },
    /// Somebody was to say yes to a call. Recorded before anything is done.
    Approval {
        /// What was asked.
        question: &'a Question,
        /// What came of it.
        decided: &'a Decided,
    },
    /// A call of the host is over.
    Completed(&'a CompletedCall),
    /// A workflow goes on.
    Workflow(WorkflowEvent<'a>),
    /// The run is over, with its outcome and all that it used.
    Ended {
        /// Its first number from the counter of calls.
        seq: u64,
        /// Its second number, one above `seq`.
        completed_seq: u64,
        /// The outcome, such as "completed".
        outcome: &'a str,
        /// What the run used of each limit.
        ledger: &'a Ledger,
    },
}

/// A call of the host, from its admission to its answer.
#[derive(Debug)]
pub struct CompletedCall {
    /// Numbers of admissions and completions come from one counter, from 1.
    pub seq: u64,
    /// Number of the completion; see `seq`.
    pub completed_seq: u64,
    /// "interface.function".
    pub call: &'static str,
    /// The operation whose work made the call, from 1. `None`: the guest made it.
    pub operation: Option<u64>,
    /// The section of a policy and the names that had to be granted. `None` where policies have no say.
    pub permission: Option<(&'static str, Vec<String>)>,
    /// What was decided about the question whether it may be made, if there was one.
    pub approval: Option<Decided>,
    /// The call's arguments, by name.
    pub arguments: Value,
    /// The answer, or the failure that the caller was told of.
    pub outcome: Result<Value, Failure>,
    /// Bytes of the answer that cross to the guest.
    pub bytes: usize,
}

/// A sink of run events: the journal, the audit log, a tracer.
pub trait Recorder: Send {
    /// Whether it keeps calls: where no sink does, arguments and answers are not turned into JSON.
    fn keeps_calls(&self) -> bool {
        false
    }

    /// Whether it wants to hear of workflows: where no sink does, nothing is told of them.
    fn watches_workflows(&self) -> bool {
        false
    }

    /// Keeps one event. A failure ends the run: what can't be recorded must not happen unseen.
    fn record(&mut self, event: &RunEvent<'_>) -> Result<(), Stop>;
}

/// The sinks of one run, and the counter of its calls.
#[derive(Default)]
pub struct Recorders {
    sinks: Vec<Box<dyn Recorder>>,
    keeps_calls: bool,
    watches_workflows: bool,
    last: u64,
}

/// A call that was admitted and is not completed.
#[derive(Debug)]
pub struct BegunCall {
    seq: u64,
    call: &'static str,
    operation: Option<u64>,
    permission: Option<(&'static str, Vec<String>)>,
    pub(crate) approval: Option<Decided>,
    arguments: Value,
}

impl Recorders {
    /// Adds a sink; it hears what happens from now on.
    pub fn add(&mut self, sink: impl Recorder + 'static) {
        self.keeps_calls |= sink.keeps_calls();
        self.watches_workflows |= sink.watches_workflows();
        self.sinks.push(Box::new(sink));
    }

    /// Whether there is none: then nothing has to be made ready for one.
    pub fn is_empty(&self) -> bool {
        self.sinks.is_empty()
    }

    /// Whether any sink wants to hear of workflows.
    pub fn watches_workflows(&self) -> bool {
        self.watches_workflows
    }

    /// Passes one event to every sink, in order. Fails with the first sink that fails; the sinks after it don't get the event.
    pub fn record(&mut self, event: &RunEvent<'_>) -> Result<(), Stop> {
        self.sinks.iter_mut().try_for_each(|sink| sink.record(event))
    }

    /// Begins the record of a call. `None` where no sink keeps calls: then nothing is called.
    pub fn begin(
        &mut self,
        call: &'static str,
        operation: Option<u64>,
        permission: impl FnOnce() -> Option<(&'static str, Vec<String>)>,
        arguments: impl FnOnce() -> Value,
    ) -> Option<BegunCall> {
        self.keeps_calls.then(|| BegunCall {
            seq: self.draw(),
            call,
            operation,
            permission: permission(),
            approval: None,
            arguments: arguments(),
        })
    }

    /// Completes the record of a call; `outcome` is called only where there is one.
    pub fn complete(
        &mut self,
        begun: Option<BegunCall>,
        outcome: impl FnOnce() -> Result<Value, Failure>,
        bytes: usize,
    ) -> Result<(), Stop> {
        let Some(BegunCall { seq, call, operation, permission, approval, arguments }) = begun else { return Ok(()) };
        let (outcome, completed_seq) = (outcome(), self.draw());
        let completed =
            CompletedCall { seq, completed_seq, call, operation, permission, approval, arguments, outcome, bytes };
        self.record(&RunEvent::Completed(&completed))
    }

    /// Records the end of the run. From then on nothing is recorded.
    pub fn end(&mut self, outcome: &str, ledger: &Ledger) -> Result<(), Stop> {
        let (seq, completed_seq) = (self.draw(), self.draw());
        let ended = self.record(&RunEvent::Ended { seq, completed_seq, outcome, ledger });
        self.sinks.clear();
        self.keeps_calls = false;
        ended
    }

    fn draw(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}

/// The journal: JSON lines, one a call. Added in `Runtime::prepare`; lines come from `Gate::settle`, the last from `Run::end`.
///
/// A line is `{seq, call, args, outcome, cost, completed_seq}`.
///
/// `seq` and `completed_seq` are drawn from one counter when the call is made and when it is over. `outcome` is
/// `{"ok": value}` or `{"failure": {code, message, details}}`. Operations and agents are numbered from 1 in order of
/// creation; a call that starts work is `{"ok": {"operation": number}}`, and each step that is delivered is the outcome
/// of a call "operation.step", with its operation's number. What the work of an operation asked for itself, such as a
/// model's tool call, says so with `"operation": number`. What had to be granted by name stands in
/// `"need": {"models": ["openai/gpt-4"]}`, by the section of a policy. The last line is the call "run.end" with
/// `{"ended": word}`: a call that ended the run has no line of its own.
pub struct Journal {
    out: Box<dyn Write + Send>,
}

impl Journal {
    /// A journal that is written to `out`, a line at a time and without a buffer of its own.
    pub fn new(out: Box<dyn Write + Send>) -> Journal {
        Journal { out }
    }

    fn write(&mut self, line: &JournalLine) -> Result<(), Stop> {
        let written = serde_json::to_string(line).map_err(Into::into).and_then(|line| writeln!(self.out, "{line}"));
        written.map_err(|error| Stop::Host(format!("the journal can't be written: {error}")))
    }
}

impl Recorder for Journal {
    fn keeps_calls(&self) -> bool {
        true
    }

    fn record(&mut self, event: &RunEvent<'_>) -> Result<(), Stop> {
        match event {
            RunEvent::Decided { .. } | RunEvent::Approval { .. } | RunEvent::Workflow(_) => Ok(()),
            RunEvent::Completed(call) => self.write(&call.line()),
            RunEvent::Ended { seq, completed_seq, outcome, ledger } => self.write(&JournalLine {
                seq: *seq,
                call: "run.end".into(),
                args: Map::new().into(),
                outcome: JournalOutcome::Ended((*outcome).into()),
                cost: JournalCost::Run((*ledger).clone()),
                completed_seq: *completed_seq,
                operation: None,
                need: None,
                approval: None,
            }),
        }
    }
}

impl CompletedCall {
    fn line(&self) -> JournalLine {
        JournalLine {
            seq: self.seq,
            call: self.call.into(),
            args: self.arguments.clone(),
            outcome: match &self.outcome {
                Ok(value) => JournalOutcome::Ok(value.clone()),
                Err(failure) => JournalOutcome::Failure(failure.clone()),
            },
            cost: JournalCost::Call { bytes: self.bytes },
            completed_seq: self.completed_seq,
            operation: self.operation,
            need: self.permission.as_ref().map(|(section, names)| [((*section).to_owned(), names.clone())].into()),
            approval: self.approval.as_ref().map(|decided| JournalApproval {
                digest: decided.digest.clone(),
                approved: decided.approved,
                by: decided.by.word().into(),
            }),
        }
    }
}

impl Recorder for audit::Run {
    fn record(&mut self, event: &RunEvent<'_>) -> Result<(), Stop> {
        let all_written = |written: bool| if written { Ok(()) } else { Err(Stop::Spent(Limit::Decisions)) };
        match event {
            RunEvent::Decided { call, decision, section, names } => {
                all_written(self.decide(call, *decision, section, names)?)
            }
            RunEvent::Approval { question: Question { call, section, names, .. }, decided } => {
                let by = decided.by.word().to_owned();
                let approval = AuditApproval { digest: decided.digest.clone(), by };
                all_written(self.approve(call, decided.approved, approval, section, names)?)
            }
            RunEvent::Completed(_) | RunEvent::Workflow(_) => Ok(()),
            RunEvent::Ended { outcome, .. } => Ok(self.end(outcome)?),
        }
    }
}
