//! What is done where an import returns to the guest: nothing, it is recorded, or it is answered from a record.

use std::sync::Arc;

use crate::player::Player;
use crate::recording::Recording;

/// What is done where an import returns to the guest.
#[derive(Clone, Default)]
pub enum Seam {
    /// Nothing.
    #[default]
    Off,
    /// What it answers is recorded.
    Record(Arc<Recording>),
    /// It is not called: the record answers.
    Replay(Arc<Player>),
}
