//! How a run ended: a value, never a text to be parsed.

use llmspell_api::Fault;
use llmspell_api::Module;
use llmspell_base::Limit;
use serde_json::Value;

use llmspell_base::hash::hash;
use llmspell_kernel::Ledger;

/// The end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The spell ran to its end, or called `os.exit`.
    Completed,
    /// An error that the spell did not catch.
    ScriptError,
    /// A denial that the spell did not catch.
    Denied,
    /// The spell does not parse.
    InvalidSpell,
    /// The guest is no component for the world `spell`.
    InvalidGuest,
    /// The guest trapped, and not for a limit.
    GuestFault,
    /// A limit of the run was used up. Nothing in the spell can catch this.
    Spent(Limit),
    /// Another process has the store, and the spell did not catch that.
    StoreBusy,
    /// The store lost something, and the spell did not catch that.
    StoreDamaged,
    /// The store can't be opened or written (no room, no permission), and the spell did not catch that.
    StoreUnusable,
    /// The host failed. A bug of ours, or no memory or thread to be had.
    HostFault,
    /// The run was stopped from outside.
    Cancelled,
}

impl Ending {
    /// The outcome's word, as it stands in the receipt.
    pub fn word(self) -> &'static str {
        self.row().0
    }

    /// The exit code of the command line for this end. A spell's own `os.exit(n)` comes before it.
    pub fn exit_code(self) -> u8 {
        self.row().1
    }

    fn row(self) -> (&'static str, u8) {
        match self {
            Ending::Completed => ("completed", 0),
            Ending::ScriptError => ("script-error", 1),
            Ending::Denied => ("denied", 3),
            Ending::InvalidSpell => ("invalid-spell", 4),
            Ending::InvalidGuest => ("invalid-guest", 5),
            Ending::GuestFault => ("guest-fault", 6),
            Ending::Spent(limit) => (limit.word(), limit.exit_code()),
            Ending::HostFault => ("host-fault", 70),
            Ending::StoreBusy => ("store-busy", 75),
            Ending::StoreDamaged => ("store-damaged", 75),
            Ending::StoreUnusable => ("store-unusable", 75),
            Ending::Cancelled => ("cancelled", 130),
        }
    }
}

/// All there is to say about a run that is over.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// How the run ended.
    pub ending: Ending,
    /// What the spell returned; `None` for nil.
    pub result: Option<Value>,
    /// `Some` whenever `ending` is not `Completed`.
    pub error: Option<Fault>,
    /// The code of `os.exit`, if the spell called it.
    pub exit_requested: Option<u8>,
    /// What was used of each limit.
    pub ledger: Ledger,
    /// SHA-256 of the spell's text, in hex.
    pub spell_hash: String,
    /// SHA-256 of the guest component, in hex; empty where there was none.
    pub guest_hash: String,
    /// The files of its folder that the spell loaded or read, in order.
    pub modules: Vec<Module>,
}

impl Outcome {
    /// A run that never began, for a reason that the caller found: its source is no text, or its guest no component.
    pub fn refused(source: &[u8], ending: Ending, fault: Fault) -> Outcome {
        Outcome {
            ending,
            result: None,
            error: Some(fault),
            exit_requested: None,
            ledger: Ledger::default(),
            spell_hash: hash(source),
            guest_hash: String::new(),
            modules: Vec::new(),
        }
    }

    /// What a process that ran just this spell exits with.
    pub fn exit_code(&self) -> u8 {
        self.exit_requested.unwrap_or(self.ending.exit_code())
    }
}
