//! What is wrong with a record.

use crate::bytes::Malformed;

/// The version of the format that is read and written.
pub(crate) const VERSION: u32 = 1;

/// Why a record can't be read, in one line.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// It does not begin as one.
    #[error("this is no record of a run (a .spellrun file)")]
    Foreign,
    /// Nothing can be done with it: the header is not there as a whole.
    #[error("the record is cut off before its first entry: nothing of the run is in it")]
    Empty,
    /// Written by another version.
    #[error("the record is of version {0}, and this program reads version {version}", version = VERSION)]
    OtherVersion(u32),
    /// Something in it was changed.
    #[error("the record is damaged in frame {frame}: {what}")]
    Damaged {
        /// Counted from 0.
        frame: u32,
        /// What does not fit.
        what: &'static str,
    },
    /// It is whole, and makes no sense.
    #[error("the record makes no sense at entry {entry}: {problem}")]
    Malformed {
        /// Counted from 0.
        entry: u64,
        /// What does not fit.
        problem: Malformed,
    },
    /// Over a bound.
    #[error("the record is too large: more than {most} {what}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there may be.
        most: u64,
    },
    /// It can't be read from where it lies.
    #[error("the record can't be read: {0}")]
    Unreadable(#[from] std::io::Error),
}
