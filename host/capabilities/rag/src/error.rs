//! What can be wrong with a collection.

use llmspell_base::toml_span::shown;
use llmspell_base::{Code, Failure};
use llmspell_kernel::{CallContext, Stop};
use llmspell_state::StoreError;

/// Why something was not done, before a spell is told.
#[derive(Debug, thiserror::Error)]
pub enum RagError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("there is no collection '{}': RAG.ingest or RAG.create makes it", shown(.0))]
    Missing(String),
    #[error("{0}")]
    Invalid(String),
    #[error("{0}")]
    Conflict(String),
    #[error("{0}")]
    TooLarge(String),
    #[error("{0}")]
    Quota(String),
    #[error("the collection '{}' can't be read: {}; RAG.cleanup removes it", shown(.0), .1)]
    Broken(String, String),
    #[error("the work on it broke: {0}")]
    Internal(String),
}

/// What came of work on a collection.
pub type Tried<T> = std::result::Result<T, RagError>;

impl RagError {
    /// What the spell is told. What is wrong with the store itself is kept for the operator, and a bug of the host ends the run.
    pub fn failure(&self, cx: &CallContext) -> Failure {
        let code = match self {
            RagError::Store(problem) => {
                if problem.is_of_the_store() {
                    cx.store_problem(problem.code(), problem.to_string());
                }
                if let StoreError::Internal(_) = problem {
                    cx.stop(Stop::Host(problem.to_string()));
                }
                return Failure::from(problem);
            }
            RagError::Missing(_) => Code::NotFound,
            RagError::Invalid(_) | RagError::Broken(..) => Code::Invalid,
            RagError::Conflict(_) => Code::Conflict,
            RagError::TooLarge(_) => Code::TooLarge,
            RagError::Quota(_) => Code::Quota,
            RagError::Internal(_) => Code::Internal,
        };
        Failure::new(code, self.to_string())
    }
}
