//! Authorises each call, counts it against the limits, records it before and after.
//!
//! It is never called directly: imports pass it by [`crate::import::Import::call`], work beside the guest by
//! [`crate::CallContext::call`]. So records and limits hold for every interface, also for the next one.

use std::collections::BTreeSet;
use std::sync::Arc;

use llmspell_base::{Code, Failure, Limit, Limits};
use llmspell_policy::audit::AuditDecision;
use llmspell_policy::{Cost, Grants, Permission};
use serde_json::Value;

use crate::approval::{Decided, Question};
use crate::ledger::Ledger;
use crate::recorder::{BegunCall, Recorders, RunEvent};
use crate::stop::Stop;
use crate::taint::Taint;

/// One run's grants, limits and record. Locked for a moment by each call.
pub(crate) struct Gate {
    pub grants: Arc<Grants>,
    pub limits: Arc<Limits>,
    pub ledger: Ledger,
    pub recorders: Recorders,
    pub denials: u64,
    /// Faults of the store itself, for the operator: the first message of each code, in full.
    pub store_problems: Vec<(Code, String)>,
    /// What the run has taken in; looked at where a policy asks for it.
    pub taint: Taint,
    /// Set by background work that used up a limit; the guest's next call ends the run.
    pub stop: Option<Stop>,
}

/// A call, before it is admitted.
pub(crate) struct Request<'a, Arguments> {
    /// "interface.function".
    pub name: &'static str,
    pub permission: &'a Permission<'a>,
    /// How many bytes the guest passed.
    pub bytes: usize,
    /// The operation whose work makes the call, if it is not the guest.
    pub operation: Option<u64>,
    /// What was decided about the question whether it may be made, if there was one.
    pub approval: Option<(Decided, Question)>,
    /// Whether it takes something in only later, after [`Gate::begin_late`].
    pub begins_late: bool,
    /// For the record; called only where one is kept.
    pub arguments: Arguments,
}

/// An admitted call, not yet settled.
#[must_use = "an admitted call has to be settled"]
#[derive(Debug)]
pub struct AdmittedCall(Option<BegunCall>);

/// What a service answered, as the gate counts and records it.
pub trait Recordable {
    /// How many bytes go to the guest.
    fn bytes(&self) -> usize;
    /// For the journal.
    fn record(&self) -> Value;
}

impl Gate {
    /// Counts the call, decides and records it. `Err` ends the run, `Ok(Err)` is for the spell.
    pub fn admit(&mut self, call: Request<'_, impl FnOnce() -> Value>) -> Result<Result<AdmittedCall, Failure>, Stop> {
        tracing::trace!(call = call.name, bytes = call.bytes, operation = call.operation, "a call");
        self.check_stopped()?;
        self.ledger.host_calls += 1;
        if self.ledger.host_calls > self.limits.host_calls {
            return Err(Stop::Spent(Limit::HostCalls));
        }
        self.count_bytes(call.bytes)?;
        // The audit log has the decision before anything is done; the journal has its line when the call is settled.
        let mut granted = self.check(call.name, call.permission)?;
        let begun = self.recorders.begin(call.name, call.operation, || call.permission.record(), call.arguments);
        let mut admitted = AdmittedCall(begun);
        if let Some((decided, question)) = call.approval {
            let approved = self.record_approval(&mut admitted, &decided, &question)?;
            granted = granted.and(approved);
        }
        if granted.is_ok() && !call.begins_late {
            self.raise_mark(call.name, call.permission);
        }
        match granted {
            Ok(()) => Ok(Ok(admitted)),
            Err(failure) => {
                self.refuse(admitted, &failure)?;
                Ok(Err(failure))
            }
        }
    }

    /// Records what was decided about a question: in the audit, and in the call's line of the journal.
    pub fn record_approval(
        &mut self,
        admitted: &mut AdmittedCall,
        decided: &Decided,
        question: &Question,
    ) -> Result<Result<(), Failure>, Stop> {
        if let Some(begun) = &mut admitted.0 {
            begun.approval = Some(decided.clone());
        }
        if !self.recorders.is_empty() {
            self.recorders.record(&RunEvent::Approval { question, decided })?;
        }
        Ok(if decided.approved { Ok(()) } else { Err(question.refusal(decided.by)) })
    }

    /// What an admitted call takes in begins now: it is raised, unless the call may not go there any more.
    pub fn begin_late(&mut self, call: &'static str, permission: &Permission<'_>) -> Result<Result<(), Failure>, Stop> {
        if !self.grants.watches_taint() {
            return Ok(Ok(()));
        }
        if let Err(barred) = self.taint.check(&self.grants, call, permission) {
            // On record, as every denial.
            return self.check(call, permission).map(|_| Err(barred));
        }
        self.raise_mark(call, permission);
        Ok(Ok(()))
    }

    /// Whether a call that is admitted may still go where it goes.
    pub fn taint_check(&self, call: &'static str, permission: &Permission<'_>) -> Result<(), Failure> {
        if self.grants.watches_taint() { self.taint.check(&self.grants, call, permission) } else { Ok(()) }
    }

    /// Why a call that is admitted needs somebody's yes. `None`: it needs none.
    pub fn needs_approval_late(&self, permission: &Permission<'_>, cost: Option<Cost>) -> Option<String> {
        let asks = self.grants.asks() && self.stop.is_none();
        asks.then(|| self.grants.needs_approval(permission, cost)).flatten()
    }

    /// Why the call needs somebody's yes. `None`: it needs none, or it is denied anyway.
    pub fn needs_approval(
        &self,
        name: &'static str,
        permission: &Permission<'_>,
        cost: Option<Cost>,
    ) -> Option<String> {
        if !self.grants.asks() || self.stop.is_some() {
            return None;
        }
        let because = self.grants.needs_approval(permission, cost)?;
        let granted = self.grants.check(permission).and_then(|()| self.taint.check(&self.grants, name, permission));
        granted.is_ok().then_some(because)
    }

    /// Decides something that is no call of its own.
    pub fn decide(&mut self, call: &'static str, permission: &Permission<'_>) -> Result<Result<(), Failure>, Stop> {
        let granted = self.check(call, permission)?;
        if granted.is_ok() {
            self.raise_mark(call, permission);
        }
        Ok(granted)
    }

    /// Marks the run by what it takes in now.
    fn raise_mark(&mut self, call: &'static str, permission: &Permission<'_>) {
        if self.grants.watches_taint() {
            self.taint.raise(call, permission);
        }
    }

    /// Checks the grants and the marks of what was taken in, and records the decision.
    fn check(&mut self, call: &'static str, permission: &Permission<'_>) -> Result<Result<(), Failure>, Stop> {
        let mut granted = self.grants.check(permission);
        if self.grants.watches_taint() && granted.is_ok() {
            granted = self.taint.check(&self.grants, call, permission);
        }
        if !permission.is_nothing() && !self.recorders.is_empty() {
            let decision = if granted.is_ok() { AuditDecision::Granted } else { AuditDecision::Denied };
            let (section, names) = permission.record().unwrap_or(("modules", Vec::new()));
            let mut names: Vec<String> = BTreeSet::from_iter(names).into_iter().collect();
            if granted.is_err() {
                // Denied names first.
                names.sort_by_cached_key(|name| self.grants.check_one(permission, name).is_ok());
            }
            self.recorders.record(&RunEvent::Decided { call, decision, section, names: &names })?;
        }
        Ok(granted)
    }

    /// Counts and records what the service answered, and hands it on.
    pub fn settle<T: Recordable>(
        &mut self,
        call: AdmittedCall,
        answer: Result<T, Failure>,
    ) -> Result<Result<T, Failure>, Stop> {
        match &answer {
            Ok(value) => {
                let bytes = value.bytes();
                self.recorders.complete(call.0, || Ok(value.record()), bytes)?;
                self.count_bytes(bytes)?;
            }
            Err(failure) => self.refuse(call, failure)?,
        }
        self.check_stopped()?;
        Ok(answer)
    }

    /// What is counted for each text of a prompt begins anew; what is paid for goes on.
    pub fn begin_entry(&mut self) {
        let Ledger { models, .. } = std::mem::take(&mut self.ledger);
        self.ledger.models = models;
    }

    /// Counts bytes that cross the boundary, either way.
    pub fn count_bytes(&mut self, bytes: usize) -> Result<(), Stop> {
        self.ledger.host_bytes = self.ledger.host_bytes.saturating_add(bytes as u64);
        if self.ledger.host_bytes > self.limits.host_bytes {
            return Err(Stop::Spent(Limit::HostBytes));
        }
        Ok(())
    }

    /// Counts what the spell prints or logs.
    pub fn count_output(&mut self, bytes: usize) -> Result<(), Stop> {
        self.ledger.output_bytes = self.ledger.output_bytes.saturating_add(bytes as u64);
        if self.ledger.output_bytes > self.limits.output_bytes {
            return Err(Stop::Spent(Limit::Output));
        }
        Ok(())
    }

    /// Counts bytes that are about to be written to a file. What does not fit is not written.
    pub fn count_written(&mut self, bytes: u64) -> Result<(), Failure> {
        let written = self.ledger.written_bytes.saturating_add(bytes);
        let most = self.limits.written_bytes;
        if written > most {
            let left = most - self.ledger.written_bytes;
            let message =
                format!("{bytes} more bytes can't be written: {left} are left of the run's {most} (--max-written)");
            return Err(Failure::new(Code::TooLarge, message));
        }
        self.ledger.written_bytes = written;
        Ok(())
    }

    pub fn count_tool_call(&mut self) -> Result<(), Stop> {
        self.ledger.tool_calls += 1;
        if self.ledger.tool_calls > self.limits.tool_calls {
            return Err(Stop::Spent(Limit::ToolCalls));
        }
        Ok(())
    }

    /// Fails where background work has stopped the run meanwhile.
    pub fn check_stopped(&self) -> Result<(), Stop> {
        self.stop.clone().map_or(Ok(()), Err)
    }

    fn refuse(&mut self, call: AdmittedCall, failure: &Failure) -> Result<(), Stop> {
        self.denials += u64::from(failure.is(Code::Denied));
        let bytes = failure.bytes();
        self.recorders.complete(call.0, || Err(failure.clone()), bytes)?;
        self.count_bytes(bytes)
    }
}

impl Recordable for () {
    fn bytes(&self) -> usize {
        0
    }
    fn record(&self) -> Value {
        Value::Null
    }
}

impl Recordable for bool {
    fn bytes(&self) -> usize {
        1
    }
    fn record(&self) -> Value {
        (*self).into()
    }
}

impl Recordable for u64 {
    fn bytes(&self) -> usize {
        8
    }
    fn record(&self) -> Value {
        (*self).into()
    }
}

impl<T: Recordable> Recordable for Option<T> {
    fn bytes(&self) -> usize {
        self.as_ref().map_or(0, T::bytes)
    }
    fn record(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::record)
    }
}

impl Recordable for String {
    fn bytes(&self) -> usize {
        self.len()
    }
    fn record(&self) -> Value {
        self.as_str().into()
    }
}

impl Recordable for Vec<String> {
    fn bytes(&self) -> usize {
        self.iter().map(String::len).sum()
    }
    fn record(&self) -> Value {
        self.clone().into()
    }
}

impl Recordable for Vec<u8> {
    fn bytes(&self) -> usize {
        self.len()
    }
    fn record(&self) -> Value {
        self.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
    }
}
