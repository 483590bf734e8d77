//! What a guest exports, as wasmtime generates it from `wit/`.

#![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

wasmtime::component::bindgen!({
    path: "../../wit",
    inline: "package llmspell:host; world spell { export llmspell:spell/guest@0.1.0; }",
    exports: { default: async },
    wasmtime_crate: llmspell_kernel::engine,
    with: { "llmspell:spell/types": llmspell_kernel::bindings::types },
});

/// The prompt, which a guest may have beside what all have.
pub mod prompt {
    wasmtime::component::bindgen!({
        path: "../../wit",
        inline: "package llmspell:host; world prompt { export llmspell:spell/guest@0.1.0; export llmspell:spell/repl@0.1.0; }",
        exports: { default: async },
        wasmtime_crate: llmspell_kernel::engine,
        with: { "llmspell:spell/types": llmspell_kernel::bindings::types },
    });

    use super::exports::llmspell::spell::guest as exported;
    use exports::llmspell::spell::guest::{Phase, ScriptError};

    // Each world has its own.
    impl From<ScriptError> for exported::ScriptError {
        fn from(error: ScriptError) -> exported::ScriptError {
            let ScriptError { phase, message, code, details, file, line, column, traceback } = error;
            let phase = match phase {
                Phase::Check => exported::Phase::Check,
                Phase::Run => exported::Phase::Run,
            };
            exported::ScriptError { phase, message, code, details, file, line, column, traceback }
        }
    }
}
