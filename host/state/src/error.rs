//! Errors of stores.

use std::io;

use llmspell_api::state as api;
use llmspell_base::{Code, Failure};

/// Why a store did not do what it was asked. Displayed as one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Code "store-busy": another process has the store.
    #[error(
        "the store {store} is in use by {owner}; gave up after {waited} (--store-wait). Several processes at once can \
         share a store of the kind sqlite: --store sqlite:FILE"
    )]
    Busy {
        /// The store, as `--store` names it.
        store: String,
        /// The process that has it: pid, spell, since when.
        owner: String,
        /// How long it was waited for, such as "10s".
        waited: String,
    },
    /// Code "store-damaged": its contents are not what was written.
    #[error("the store {store} is damaged: {what}. {advice}")]
    Damaged {
        /// The store, as `--store` names it; empty until it is known.
        store: String,
        /// What is damaged.
        what: String,
        /// What the operator can do; empty until it is known.
        advice: String,
    },
    /// Code "store-unusable": it can't be opened, read or written.
    #[error("the store {store} can't be used: {what}")]
    Unusable {
        /// The store, as `--store` names it; empty until it is known.
        store: String,
        /// What failed and what to do.
        what: String,
    },
    /// Code "conflict": a condition does not hold, usually because of another writer.
    #[error("{what}")]
    Conflict {
        /// What does not hold.
        what: String,
        /// The version, number or token that is there now, if there is one.
        current: Option<u64>,
    },
    /// Code "invalid": the request, a file or a stored value does not fit the operation.
    #[error("{0}")]
    Invalid(String),
    /// Code "too-large": the commit, scope or migration is over a bound.
    #[error("{0}")]
    TooLarge(String),
    /// Code "quota": the tenant has as much as it may have.
    #[error("{0}")]
    Quota(String),
    /// Code "not-found": there is no such backup, key or tenant.
    #[error("{0}")]
    NotFound(String),
    /// Code "cancelled": the caller stopped waiting; nothing was changed.
    #[error("the caller stopped waiting for it")]
    Cancelled,
    /// Code "internal": a bug in the host.
    #[error("the store failed: {0}")]
    Internal(String),
}

impl StoreError {
    /// The stable code for programs.
    pub fn code(&self) -> Code {
        match self {
            StoreError::Busy { .. } => Code::StoreBusy,
            StoreError::Damaged { .. } => Code::StoreDamaged,
            StoreError::Unusable { .. } => Code::StoreUnusable,
            StoreError::Conflict { .. } => Code::Conflict,
            StoreError::Invalid(_) => Code::Invalid,
            StoreError::TooLarge(_) => Code::TooLarge,
            StoreError::Quota(_) => Code::Quota,
            StoreError::NotFound(_) => Code::NotFound,
            StoreError::Cancelled => Code::Cancelled,
            StoreError::Internal(_) => Code::Internal,
        }
    }

    /// The message for a spell: without the operator's paths and without other tenants' or processes' work.
    pub fn for_spells(&self) -> String {
        match self {
            StoreError::Busy { waited, .. } => {
                format!("the store is in use by another process; gave up after {waited}")
            }
            StoreError::Damaged { .. } => "the store is damaged".into(),
            StoreError::Unusable { .. } => "the store can't be used".into(),
            StoreError::Internal(_) => "the store failed".into(),
            other => other.to_string(),
        }
    }

    /// Whether the store itself failed, and not the request.
    pub fn is_of_the_store(&self) -> bool {
        matches!(self, StoreError::Busy { .. } | StoreError::Damaged { .. } | StoreError::Unusable { .. })
    }

    pub(crate) fn unusable(store: &str, doing: &str, error: &io::Error) -> StoreError {
        StoreError::Unusable { store: store.into(), what: format!("{doing}: {}", explain(error)) }
    }
}

/// What an error of the system means for a store, and what to do about it.
pub(crate) fn explain(error: &io::Error) -> String {
    let system = of_system(&error.to_string());
    let error = system.as_ref().unwrap_or(error);
    let hint = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; make room and run again: what was acknowledged is still there"
        }
        io::ErrorKind::FileTooLarge => {
            "; files may not grow so large here (ulimit -f): what was acknowledged is still there"
        }
        io::ErrorKind::ReadOnlyFilesystem => "; --store PATH names another place",
        io::ErrorKind::PermissionDenied => {
            "; give this user the right to write there, or name another with --store PATH"
        }
        _ => "",
    };
    format!("{error}{hint}")
}

/// The error of the system that a text shows as it is written in Rust: so sled hands them on.
pub(crate) fn of_system(text: &str) -> Option<io::Error> {
    let (_, rest) = text.split_once("Os { code: ")?;
    let (number, _) = rest.split_once(',')?;
    number.trim().parse().ok().map(io::Error::from_raw_os_error)
}

impl From<&StoreError> for Failure {
    fn from(problem: &StoreError) -> Failure {
        use StoreError::Conflict;
        let details = match problem {
            Conflict { current, .. } => Some(serde_json::json!(api::Conflict { current: *current })),
            _ => None,
        };
        Failure { code: problem.code().into(), message: problem.for_spells(), details }
    }
}

/// The error for a store that lost something.
pub fn damaged(store: &str, what: &str) -> StoreError {
    let what = what.replace('\n', " ");
    StoreError::Damaged { store: store.into(), what, advice: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_system_is_told_in_its_own_words() {
        let sleds = r#"Os { code: 28, kind: StorageFull, message: "No space left on device" }"#;
        let told = explain(&io::Error::new(io::ErrorKind::StorageFull, sleds));
        assert!(told.starts_with("No space left on device (os error 28); make room"), "{told}");
        assert_eq!(explain(&io::Error::other("Os { code: x, }")), "Os { code: x, }");
    }
}
