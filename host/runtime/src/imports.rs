//! One file for each interface of `wit/`: through the gate, to the service, and back.

use wasmtime::component::{HasSelf, Linker};

use crate::bindings::Spell;
use crate::bindings::llmspell::spell::types;
use llmspell_base::Failure;
use crate::runtime::spell_state::SpellState;

pub mod agent;
pub mod budget;
mod clock;
mod config;
mod environment;
mod event;
mod exit;
mod hook;
mod log;
mod module;
mod operation;
mod output;
mod random;
mod state;
mod tool;

/// Lets guests call everything that `wit/world.wit` imports.
pub fn add_to_linker(linker: &mut Linker<SpellState>) -> wasmtime::Result<()> {
    Spell::add_to_linker::<_, HasSelf<_>>(linker, |state| state)
}

impl types::Host for SpellState {}

impl From<Failure> for types::Failure {
    fn from(failure: Failure) -> types::Failure {
        types::Failure {
            code: failure.code.into_owned(),
            message: failure.message,
            details: failure.details.map(|details| details.to_string()),
        }
    }
}
