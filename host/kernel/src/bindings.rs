//! The interfaces `types` and `operation` of `wit/`, as wasmtime generates them. Capabilities refer to them.

#![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

use llmspell_base::Failure;

wasmtime::component::bindgen!({
    path: "../../wit",
    inline: "package llmspell:kernel; world kernel { import llmspell:spell/types@0.1.0; import llmspell:spell/operation@0.1.0; }",
    imports: { default: async | trappable },
    wasmtime_crate: crate::engine,
    with: { "llmspell:spell/operation.operation": crate::operation::Operation },
});

pub use llmspell::spell::{operation, types};
use operation::{Call, Step};
use types::Source;

type WitFailure = types::Failure;

crate::crossing!(record WitFailure { code, message, details });
crate::crossing!(record Source { name, text });
crate::crossing!(record Call { id, handler, arguments });
crate::crossing!(variant Step { Chunk, Call, Done, Other });

impl From<Failure> for types::Failure {
    fn from(failure: Failure) -> types::Failure {
        types::Failure {
            code: failure.code.into_owned(),
            message: failure.message,
            details: failure.details.map(|details| details.to_string()),
        }
    }
}
