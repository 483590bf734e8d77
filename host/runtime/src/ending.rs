//! From how a call into the guest ended to an outcome.

use serde_json::Value;

use wasmtime::{GcHeapOutOfMemory, Trap};

use llmspell_api::Fault;
use llmspell_base::limits::table;
use llmspell_base::{Code, Limit, Limits};

use crate::bindings::exports::llmspell::spell::guest::{Phase, ScriptError};
use crate::outcome::{Ending, Outcome};
use llmspell_base::hash::hash;
use llmspell_capability_core::exit::{Exit, Returned};
use llmspell_kernel::{Run, RunState, Stop};

/// Bytes that a guest may pass in one call, so that it can't make the host set aside much at once. The limits on
/// values, output and the run as a whole lie below it, and give a catchable failure first.
pub const CALL_BYTES: usize = 32 << 20;

/// Errors and tracebacks are cut here.
const MESSAGE_BYTES: usize = 16 << 10;

type Ended = wasmtime::Result<Result<Option<String>, ScriptError>>;

/// What the host knows of a run that its guest can't have made up.
pub struct HostSide {
    /// A call was denied.
    pub denied: bool,
    /// What was wrong with the store: codes, and texts for the operator.
    pub store_problems: Vec<(Code, String)>,
}

impl HostSide {
    pub fn of(run: &Run) -> HostSide {
        HostSide { denied: run.denials() > 0, store_problems: run.store_problems() }
    }
}

/// Completes the outcome of a run with how the call into its guest ended.
pub fn into_outcome(outcome: Outcome, ended: Ended, state: &RunState, limits: &Limits, host: &HostSide) -> Outcome {
    let outcome = told(outcome, ended, state, limits, host);
    match state.instance::<Exit>().and_then(|exit| exit.returned.as_ref()) {
        Some(returned) => with_returned(outcome, returned),
        None => outcome,
    }
}

/// A run whose main chunk had returned when it was stopped has its result all the same.
fn with_returned(mut outcome: Outcome, returned: &Returned) -> Outcome {
    let stopped = matches!(outcome.ending, Ending::Spent(_) | Ending::Cancelled);
    if let Some(error) = outcome.error.as_mut().filter(|_| stopped) {
        error.message += "; the main chunk had ended";
        if !returned.at_work.is_empty() {
            error.message += &format!("; still at work was what began at {}", returned.at_work);
        }
        outcome.result = returned.value.as_deref().and_then(|value| serde_json::from_str(value).ok());
    }
    outcome
}

fn told(mut outcome: Outcome, ended: Ended, state: &RunState, limits: &Limits, host: &HostSide) -> Outcome {
    match ended {
        Ok(Ok(None)) => outcome,
        Ok(Ok(Some(result))) => match read(&result, state) {
            Ok(value) => {
                outcome.result = Some(value);
                outcome
            }
            Err(end) => outcome.end(end.0, end.1),
        },
        Ok(Err(error)) => {
            let (ending, fault) = script_error(error, state, host);
            outcome.end(ending, fault)
        }
        Err(error) => match stop(&error, state.growth_refused()) {
            Stop::Exit(code) => {
                outcome.exit_requested = Some(code);
                outcome
            }
            Stop::Spent(limit) => {
                let ending = Ending::Spent(limit);
                outcome.end(ending, Fault::new(ending.word(), used_up(limit, limits)))
            }
            Stop::Budget { limit, failure } => {
                let ending = Ending::Spent(limit);
                outcome.end(ending, Fault { details: failure.details, ..Fault::new(ending.word(), failure.message) })
            }
            Stop::Cancelled(message) => outcome.end(Ending::Cancelled, Fault::new("cancelled", message)),
            Stop::Guest(message) => outcome.end(Ending::GuestFault, Fault::new("guest-fault", message)),
            Stop::Host(message) => outcome.end(Ending::HostFault, Fault::new("host-fault", message)),
        },
    }
}

/// The spell's value, if it is within bounds.
fn read(result: &str, state: &RunState) -> Result<Value, Box<(Ending, Fault)>> {
    // Our own guests see to their own bounds; the operator's may be tighter, and other guests may have none.
    state.run.check_json(result).map_err(|failure| {
        let message = format!("the spell's result can't be returned: {}", failure.message);
        (Ending::ScriptError, Fault::new(&failure.code, message))
    })?;
    let value = serde_json::from_str(result)
        .map_err(|error| (Ending::GuestFault, Fault::new("guest-fault", format!("its result is no JSON: {error}"))))?;
    Ok(value)
}

/// What ended the call.
fn stop(error: &wasmtime::Error, growth_refused: bool) -> Stop {
    if let Some(stop) = error.downcast_ref::<Stop>() {
        return stop.clone();
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => return Stop::Spent(Limit::Fuel),
        Some(Trap::StackOverflow) => return Stop::Spent(Limit::Stack),
        // How a guest's C library gives up.
        Some(Trap::UnreachableCodeReached) if growth_refused => return Stop::Spent(Limit::Memory),
        Some(Trap::Interrupt) => return Stop::Spent(Limit::WallTime),
        _ => {}
    }
    if error.downcast_ref::<GcHeapOutOfMemory<()>>().is_some() {
        return Stop::Spent(Limit::Memory);
    }
    Stop::of(error)
}

pub fn script_error(error: ScriptError, state: &RunState, host: &HostSide) -> (Ending, Fault) {
    let code = error.code.as_deref().and_then(Code::parse);
    let denied = host.denied && code == Some(Code::Denied);
    let of_store = store_ending(code, host);
    let ending = match error.phase {
        Phase::Check => Ending::InvalidSpell,
        // A spell can make up the code; that something was denied it can't.
        Phase::Run if denied => Ending::Denied,
        Phase::Run => of_store.as_ref().map_or(Ending::ScriptError, |(ending, _)| *ending),
    };
    let details = error.details.filter(|details| state.run.check_json(details).is_ok());
    let details = details.and_then(|details| serde_json::from_str::<Value>(&details).ok());
    let fault = Fault {
        code: cut(error.code.unwrap_or_else(|| ending.word().into())),
        // The store's own message is for the operator; the spell got the code and a general one.
        message: cut(of_store.filter(|(of_store, _)| *of_store == ending).map_or(error.message, |(_, text)| text)),
        details,
        file: error.file.map(cut),
        line: error.line,
        column: error.column,
        traceback: error.traceback.map(cut),
    };
    (ending, fault)
}

/// A spell can make up the code; that the store said so it can't.
fn store_ending(code: Option<Code>, host: &HostSide) -> Option<(Ending, String)> {
    let ending = match code? {
        Code::StoreBusy => Ending::StoreBusy,
        Code::StoreDamaged => Ending::StoreDamaged,
        Code::StoreUnusable => Ending::StoreUnusable,
        _ => return None,
    };
    let (_, text) = host.store_problems.iter().find(|(said, _)| Some(*said) == code)?;
    Some((ending, text.clone()))
}

fn cut(mut text: String) -> String {
    if text.len() > MESSAGE_BYTES {
        let mut end = MESSAGE_BYTES;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push_str(" … (cut)");
    }
    text
}

/// What the run used up, how much of it was allowed, and the flag that raises it.
fn used_up(limit: Limit, limits: &Limits) -> String {
    let (what, allowed) = match (limit, table::row_of(limit)) {
        (_, Some(row)) => {
            let (what, amount, flag) = (row.ends.map_or(row.name, |(_, what)| what), row.amount(limits), row.name);
            match limit {
                Limit::HostBytes => (what, format!("{amount} in the run (--{flag}), {CALL_BYTES} in one call")),
                _ => (what, format!("{amount} (--{flag})")),
            }
        }
        (Limit::Decisions, None) => {
            ("share of the audit", format!("{} bytes of decisions that differ", llmspell_policy::audit::MOST_BYTES))
        }
        (Limit::Stack, None) => ("stack", format!("{} bytes", super::engine::STACK_BYTES)),
        (other, None) => (other.word(), "none".into()),
    };
    format!("the run's {what} is used up: {allowed}")
}

impl Outcome {
    /// A run that has not ended yet, as it stands if nothing goes wrong.
    pub(super) fn begun(source: &str) -> Outcome {
        Outcome {
            ending: Ending::Completed,
            result: None,
            error: None,
            exit_requested: None,
            ledger: Default::default(),
            spell_hash: hash(source.as_bytes()),
            guest_hash: String::new(),
            modules: Vec::new(),
        }
    }

    pub(super) fn end(mut self, ending: Ending, fault: Fault) -> Outcome {
        self.ending = ending;
        self.error = Some(fault);
        self
    }
}
