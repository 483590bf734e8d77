//! The steps of the gate, for whoever passes it.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::journal::Journal;
use super::ledger::Ledger;
use super::{Answer, Call, Need, Pass, Stop};
use crate::audit::{self, Decision};
use crate::failure::Failure;
use crate::grants::Grants;
use crate::runtime::limits::Limits;
use crate::runtime::outcome::Limit;

pub(super) struct Core {
    pub grants: Arc<Grants>,
    pub limits: Arc<Limits>,
    pub ledger: Ledger,
    pub journal: Journal,
    pub denials: u64,
    /// What was wrong with the store itself: the first of each code, in full.
    pub store: Vec<(&'static str, String)>,
    pub audit: Option<audit::Run>,
    /// A budget that was spent beside the guest: its next call ends the run.
    pub stop: Option<Stop>,
}

impl Core {
    pub fn admit(
        &mut self,
        call: Call<'_, impl FnOnce() -> Value>,
        operation: Option<u64>,
    ) -> Result<Result<Pass, Failure>, Stop> {
        self.go_on()?;
        self.ledger.host_calls += 1;
        if self.ledger.host_calls > self.limits.host_calls {
            return Err(Stop::Spent(Limit::HostCalls));
        }
        self.carry(call.bytes)?;
        // Nothing is done before it stands there.
        let granted = self.decide(call.name, call.need)?;
        let pass = Pass(self.journal.begin(call.name, operation, call.need, call.arguments));
        match granted {
            Ok(()) => Ok(Ok(pass)),
            Err(failure) => {
                self.refuse(pass, &failure)?;
                Ok(Err(failure))
            }
        }
    }

    /// Whether it is granted, on record.
    pub fn decide(&mut self, call: &'static str, need: Need<'_>) -> Result<Result<(), Failure>, Stop> {
        let granted = self.grants.check(need);
        if let Some(audit) = &mut self.audit
            && !matches!(need, Need::Nothing)
        {
            let decision = if granted.is_ok() { Decision::Granted } else { Decision::Denied };
            let (section, names) = need.record().unwrap_or(("modules", Vec::new()));
            let mut names: Vec<String> = BTreeSet::from_iter(names).into_iter().collect();
            if granted.is_err() {
                // First what it is about.
                names.sort_by_cached_key(|name| self.grants.check_one(need, name).is_ok());
            }
            if !audit.decide(call, decision, section, &names)? {
                return Err(Stop::Spent(Limit::Decisions));
            }
        }
        Ok(granted)
    }

    pub fn settle<T: Answer>(&mut self, pass: Pass, answer: Result<T, Failure>) -> Result<Result<T, Failure>, Stop> {
        match &answer {
            Ok(value) => {
                let bytes = value.bytes();
                self.journal.end(pass.0, || json!({ "ok": value.record() }), || json!({ "bytes": bytes }))?;
                self.carry(bytes)?;
            }
            Err(failure) => self.refuse(pass, failure)?,
        }
        self.go_on()?;
        Ok(answer)
    }

    pub fn carry(&mut self, bytes: usize) -> Result<(), Stop> {
        self.ledger.host_bytes = self.ledger.host_bytes.saturating_add(bytes as u64);
        if self.ledger.host_bytes > self.limits.host_bytes {
            return Err(Stop::Spent(Limit::HostBytes));
        }
        Ok(())
    }

    pub fn print(&mut self, bytes: usize) -> Result<(), Stop> {
        self.ledger.output_bytes = self.ledger.output_bytes.saturating_add(bytes as u64);
        if self.ledger.output_bytes > self.limits.output_bytes {
            return Err(Stop::Spent(Limit::Output));
        }
        Ok(())
    }

    pub fn count_tool_call(&mut self) -> Result<(), Stop> {
        self.ledger.tool_calls += 1;
        if self.ledger.tool_calls > self.limits.tool_calls {
            return Err(Stop::Spent(Limit::ToolCalls));
        }
        Ok(())
    }

    pub fn go_on(&self) -> Result<(), Stop> {
        self.stop.clone().map_or(Ok(()), Err)
    }

    fn refuse(&mut self, pass: Pass, failure: &Failure) -> Result<(), Stop> {
        self.denials += u64::from(failure.code == "denied");
        let bytes = failure.bytes();
        self.journal.end(pass.0, || json!({ "failure": failure }), || json!({ "bytes": bytes }))?;
        self.carry(bytes)
    }
}
