//! A run for the kernel's own tests.

use llmspell_base::Limits;
use llmspell_base::clock::Clock;
use llmspell_policy::Grants;

use crate::context::CallContext;
use crate::event::Buses;
use crate::listener::Listener;
use crate::operation::{Channel, ParentCall};
use crate::recorder::Recorders;
use crate::run::{Run, Setup};

/// A run that is granted nothing.
pub fn run(limits: Limits, listener: impl Listener + 'static) -> Run {
    let setup = Setup {
        grants: Grants::default().into(),
        limits: limits.into(),
        tenant: "t".into(),
        language: "lua".into(),
        clock: Clock::system(),
        listener: Box::new(listener),
        recorders: Recorders::default(),
        approver: None,
        approved: Vec::new(),
        memory_used: Default::default(),
        seam: Default::default(),
    };
    Run::new(setup, &Buses::default())
}

impl Run {
    /// The context of operation 1, within so many calls of the spell's functions.
    pub fn context_at(&self, depth: usize) -> (CallContext, Channel) {
        self.context_of(1, ParentCall { depth, ..ParentCall::default() })
    }
}
