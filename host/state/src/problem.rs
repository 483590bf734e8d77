//! Why a store did not do what it was asked.

use std::io;

use llmspell_base::{Code, Failure};

/// One line each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Somebody else has the store.
    #[error(
        "the store {store} is in use by {owner}; gave up after {waited} (--store-wait). Several processes at once can \
         share a store of the kind sqlite: --store sqlite:FILE"
    )]
    Busy { store: String, owner: String, waited: String },
    /// What it holds is not what was put there.
    #[error("the store {store} is damaged: {what}. {advice}")]
    Damaged { store: String, what: String, advice: String },
    /// It can't be opened or written.
    #[error("the store {store} can't be used: {what}")]
    Unusable { store: String, what: String },
    /// Somebody else was faster.
    #[error("{what}")]
    Conflict { what: String, current: Option<u64> },
    #[error("{0}")]
    Invalid(String),
    #[error("{0}")]
    TooLarge(String),
    /// The tenant has as much as it may have.
    #[error("{0}")]
    Quota(String),
    #[error("{0}")]
    NotFound(String),
    /// Nobody waited for it any more: nothing was changed.
    #[error("nobody waited for it any more")]
    Cancelled,
    /// A bug of ours.
    #[error("the store failed: {0}")]
    Internal(String),
}

impl Problem {
    /// For programs.
    pub fn code(&self) -> Code {
        match self {
            Problem::Busy { .. } => Code::StoreBusy,
            Problem::Damaged { .. } => Code::StoreDamaged,
            Problem::Unusable { .. } => Code::StoreUnusable,
            Problem::Conflict { .. } => Code::Conflict,
            Problem::Invalid(_) => Code::Invalid,
            Problem::TooLarge(_) => Code::TooLarge,
            Problem::Quota(_) => Code::Quota,
            Problem::NotFound(_) => Code::NotFound,
            Problem::Cancelled => Code::Cancelled,
            Problem::Internal(_) => Code::Internal,
        }
    }

    /// For a spell: nothing of the operator's folders, or of what others do.
    pub fn for_spells(&self) -> String {
        match self {
            Problem::Busy { waited, .. } => format!("the store is in use by another process; gave up after {waited}"),
            Problem::Damaged { .. } => "the store is damaged".into(),
            Problem::Unusable { .. } => "the store can't be used".into(),
            Problem::Internal(_) => "the store failed".into(),
            other => other.to_string(),
        }
    }

    /// Whether it is the store itself, and not what was asked of it.
    pub fn is_of_the_store(&self) -> bool {
        matches!(self, Problem::Busy { .. } | Problem::Damaged { .. } | Problem::Unusable { .. })
    }

    pub(super) fn unusable(store: &str, doing: &str, error: &io::Error) -> Problem {
        Problem::Unusable { store: store.into(), what: format!("{doing}: {}", explain(error)) }
    }
}

/// What an error of the system means for a store, and what to do about it.
pub(super) fn explain(error: &io::Error) -> String {
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
pub(super) fn of_system(text: &str) -> Option<io::Error> {
    let (_, rest) = text.split_once("Os { code: ")?;
    let (number, _) = rest.split_once(',')?;
    number.trim().parse().ok().map(io::Error::from_raw_os_error)
}

impl From<&Problem> for Failure {
    fn from(problem: &Problem) -> Failure {
        use Problem::Conflict;
        let details = match problem {
            Conflict { current, .. } => Some(serde_json::json!({ "current": current })),
            _ => None,
        };
        Failure { code: problem.code().into(), message: problem.for_spells(), details }
    }
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
