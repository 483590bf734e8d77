//! A server on 127.0.0.1, and clients of all kinds.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "serve/admission.rs"]
mod admission;
#[path = "serve/document.rs"]
mod document;
#[path = "serve/harness.rs"]
mod harness;
#[path = "serve/hostile.rs"]
mod hostile;
#[path = "serve/openai.rs"]
mod openai;
#[path = "serve/runs.rs"]
mod runs;
#[path = "serve/spells.rs"]
mod spells;
#[path = "serve/tenants.rs"]
mod tenants;
