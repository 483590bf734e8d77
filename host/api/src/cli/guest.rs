//! What the commands `guest …` print.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a component says of itself, as `guest check` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuestReport {
    /// The size of the component.
    pub bytes: u64,
    /// The version of the world that this host has.
    pub host_version: String,
    /// The version that the component was built for; null if it does not export the interface `guest`.
    pub version: Option<String>,
    /// What it exports. What is more than the world asks for is not used.
    pub exports: Vec<String>,
    /// What it imports, and what it will find there.
    pub imports: Vec<GuestImport>,
    /// What keeps it from being a guest, a line each.
    pub problems: Vec<String>,
}

/// One interface that a component imports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuestImport {
    /// With its version, such as "wasi:random/random@0.2.9".
    pub name: String,
    /// What the guest will find there; "ours" for interfaces of the world.
    pub found: String,
}

/// A language that was installed, as `guest list` and `guest info` print it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InstalledGuest {
    /// What spells in it go by: `--lang NAME`.
    pub name: String,
    /// Of the interpreter, as it says itself.
    pub version: String,
    /// Of files in it, without the dot.
    pub extensions: Vec<String>,
    /// SHA-256 of the component, in hex.
    pub hash: String,
    /// The size of the component.
    pub bytes: u64,
    /// The size of what it was compiled to.
    pub image_bytes: u64,
    /// Whether this llmspell-wasm can run what it was compiled to; else the next run compiles it anew.
    pub is_current: bool,
}
