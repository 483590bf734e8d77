//! What a guest exports, as wasmtime generates it from `wit/`.

#![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

wasmtime::component::bindgen!({
    path: "../../wit",
    inline: "package llmspell:host; world spell { export llmspell:spell/guest@0.1.0; }",
    exports: { default: async },
    wasmtime_crate: llmspell_kernel::engine,
    with: { "llmspell:spell/types": llmspell_kernel::bindings::types },
});
