//! The world `spell`, as wasmtime generates it from `wit/`.

#![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

wasmtime::component::bindgen!({
    path: "../wit",
    world: "spell",
    imports: { default: async | trappable },
    exports: { default: async },
    with: {
        "llmspell:spell/budget": crate::imports::budget,
        "llmspell:spell/operation.operation": llmspell_kernel::operation::Operation,
        "llmspell:spell/agent.agent": crate::imports::agent::Open,
    },
});
