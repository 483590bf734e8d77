//! C bindings from the WIT.

use std::path::Path;

use anyhow::{Context, Result};

/// Writes `spell.c`, `spell.h` and `spell_component_type.o` for the world of `wit` into `folder`.
pub fn generate(wit: &Path, folder: &Path) -> Result<()> {
    let mut resolve = wit_parser::Resolve::default();
    let (package, _) = resolve.push_dir(wit).context("reading the WIT")?;
    let world = resolve.select_world(&[package], None)?;
    let mut files = wit_bindgen_core::Files::default();
    wit_bindgen_c::Opts::default().build().generate(&mut resolve, world, &mut files)?;
    for (name, content) in files.iter() {
        std::fs::write(folder.join(name), content).with_context(|| format!("writing {name}"))?;
    }
    Ok(())
}
