//! C bindings from the WIT.

use std::path::Path;

use anyhow::{Context, Result};

/// The world of our guests: that of `wit`, and the prompt.
const OURS: &str =
    "package llmspell:guests; world spell { include llmspell:spell/spell@0.1.0; export llmspell:spell/repl@0.1.0; }";

/// Writes `spell.c`, `spell.h` and `spell_component_type.o` for our guests' world into `folder`.
pub fn generate(wit: &Path, folder: &Path) -> Result<()> {
    let mut resolve = wit_parser::Resolve::default();
    let (mut package, _) = resolve.push_dir(wit).context("reading the WIT")?;
    if resolve.interfaces.iter().any(|(_, interface)| interface.name.as_deref() == Some("repl")) {
        package = resolve.push_str("guests.wit", OURS).context("the world of our guests")?;
    }
    let world = resolve.select_world(&[package], Some("spell"))?;
    let mut files = wit_bindgen_core::Files::default();
    wit_bindgen_c::Opts::default().build().generate(&mut resolve, world, &mut files)?;
    for (name, content) in files.iter() {
        std::fs::write(folder.join(name), content).with_context(|| format!("writing {name}"))?;
    }
    Ok(())
}
