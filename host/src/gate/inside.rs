//! The gate for work that goes on beside the guest: a model's tool call, a hook that fires.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::core::Core;
use super::journal::Journal;
use super::ledger::{Ledger, Meter};
use super::{Answer, Call, Pass, Stop};
use crate::failure::Failure;
use crate::grants::Grants;
use crate::runtime::limits::Limits;

/// The same grants, budgets and journal as the imports pass; its lines name the operation.
///
/// A budget that is spent here can't end the run on the spot. The work gets a failure, code "budget", and has to end;
/// the guest's next call of the host ends the run.
#[derive(Clone)]
pub struct Inside {
    pub(super) core: Arc<Mutex<Core>>,
    pub(super) limits: Arc<Limits>,
    pub(super) meter: Meter,
    pub(super) operation: u64,
}

impl Inside {
    pub(super) fn new(grants: Grants, limits: Arc<Limits>, journal: Journal) -> Inside {
        let core = Core { grants, limits: limits.clone(), ledger: Ledger::default(), journal, denials: 0, stop: None };
        Inside { core: Arc::new(Mutex::new(core)), limits, meter: Meter::default(), operation: 0 }
    }

    /// As [`super::Gate::admit`].
    pub fn admit(&self, call: Call<'_, impl FnOnce() -> Value>) -> Result<Pass, Failure> {
        let mut core = self.core();
        let admitted = core.admit(call, Some(self.operation));
        self.or_end(&mut core, admitted)
    }

    /// As [`super::Gate::settle`].
    pub fn settle<T: Answer>(&self, pass: Pass, answer: Result<T, Failure>) -> Result<T, Failure> {
        let mut core = self.core();
        let settled = core.settle(pass, answer);
        self.or_end(&mut core, settled)
    }

    /// Counts what the host logs about the spell's own functions.
    pub fn print(&self, bytes: usize) -> Result<(), Failure> {
        let mut core = self.core();
        let printed = core.print(bytes).map(Ok);
        self.or_end(&mut core, printed)
    }

    /// Ends the run at the guest's next call of the host.
    pub fn stop(&self, stop: Stop) {
        self.core().stop.get_or_insert(stop);
    }

    /// The operation whose work passes here, numbered from 1.
    pub fn operation(&self) -> u64 {
        self.operation
    }

    /// Where the use of models is written down.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    fn or_end<T>(&self, core: &mut Core, answer: Result<Result<T, Failure>, Stop>) -> Result<T, Failure> {
        match answer {
            Ok(answer) => answer,
            Err(stop) => {
                let failure = Failure::new("budget", stop.to_string());
                core.stop.get_or_insert(stop);
                Err(failure)
            }
        }
    }

    pub(super) fn core(&self) -> MutexGuard<'_, Core> {
        // Sums and whole lines only: a panic elsewhere leaves nothing half-done.
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
