//! A replay, as the run that it is made by knows it.

use std::sync::Arc;

use llmspell_base::Code;
use llmspell_kernel::Player;

use crate::ending::HostSide;

/// What stands in for the host.
pub struct Replaying {
    pub player: Arc<Player>,
    /// In place of the limit: what the guest had used when it was stopped from outside.
    pub fuel: Option<u64>,
    /// What the host knew then.
    pub denied: bool,
    pub store_problems: Vec<(Code, String)>,
}

impl Replaying {
    pub fn host_side(&self) -> HostSide {
        HostSide { denied: self.denied, store_problems: self.store_problems.clone() }
    }
}
