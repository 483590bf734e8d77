//! What a record is made of.

use std::sync::Arc;

use llmspell_api::record::{End, Header};

pub(crate) const HEADER: u8 = 1;
pub(crate) const NAME: u8 = 2;
pub(crate) const CONTENT: u8 = 3;
pub(crate) const CALL: u8 = 4;
pub(crate) const SHOWN: u8 = 5;
pub(crate) const END: u8 = 6;

pub(crate) const ANSWERED: u8 = 0;
pub(crate) const STOPPED: u8 = 1;
pub(crate) const SEALED: u8 = 2;
/// Added where the arguments are kept as a digest.
pub(crate) const DIGEST_ONLY: u8 = 4;

/// One entry of a record, as it is read.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// The first one: what was run, and with what.
    Header(Box<Header>),
    /// A call that the guest made, once it was answered.
    Call(Call),
    /// What the host told the listener, beside what the spell printed and logged.
    Shown(Shown),
    /// The last one: how the run ended.
    End(Box<End>),
}

/// A call that the guest made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// "interface.function".
    pub name: Arc<str>,
    /// What the guest passed.
    pub arguments: Arguments,
    /// What it got.
    pub outcome: Outcome,
}

/// What the guest passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arguments {
    /// As [`crate::ValueWriter`] wrote it.
    Whole(Arc<[u8]>),
    /// The SHA-256 of what is too large to be kept, or may not be.
    Digest([u8; 32]),
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// What the guest got, as [`crate::ValueWriter`] wrote it.
    Answer(Arc<[u8]>),
    /// The run was ended by it; the text says how, for the program that wrote it.
    Stop(Arc<str>),
    /// An answer that is not kept: there was a secret in it.
    Sealed,
}

/// What the host told the listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Such as "notice".
    pub kind: u8,
    /// What was shown; the text says it for the program that wrote it.
    pub text: Arc<str>,
}
