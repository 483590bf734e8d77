//! The languages of spells: those that the binary carries, and those that were installed.

use std::path::Path;
use std::time::Duration;

use anyhow::anyhow;
use llmspell_wasm::guest::{LANGUAGES, Language};
use llmspell_wasm::{CancellationToken, Config, Ending, nearest};

use super::guest_file;
use super::installed::{Image, Installed, Record};

/// The name of a language, by its name or an extension of its files: "js" is JavaScript.
pub fn parse(text: &str) -> anyhow::Result<String> {
    let lower = text.to_ascii_lowercase();
    if let Some(known) = Language::named(&lower).or_else(|| Language::of_extension(&lower)) {
        return Ok(known.name.into());
    }
    let installed = installed()?;
    let fits = |one: &&Record| one.name == lower || one.extensions.contains(&lower);
    if let Some(known) = installed.iter().find(fits) {
        return Ok(known.name.clone());
    }
    let names: Vec<&str> =
        LANGUAGES.iter().map(|one| one.name).chain(installed.iter().map(|one| one.name.as_str())).collect();
    Err(anyhow!("there is no language '{text}'{}", nearest(&lower, &names)))
}

/// The language of a file, by its extension.
pub fn of_file(file: &Path) -> anyhow::Result<String> {
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    if let Some(known) = Language::of_extension(&extension) {
        return Ok(known.name.into());
    }
    let installed = installed()?;
    if let Some(known) = installed.iter().find(|one| one.extensions.contains(&extension)) {
        return Ok(known.name.clone());
    }
    let known: Vec<String> = extensions(&installed).into_iter().map(|known| format!(".{known}")).collect();
    Err(anyhow!(
        "{}: its extension names no language; known are: {} (or give --lang)",
        file.display(),
        known.join(", ")
    ))
}

/// The extensions of all languages. Those that can't be looked at are left out: this is for hints.
pub fn all_extensions() -> Vec<String> {
    extensions(&installed().unwrap_or_default())
}

/// All that are installed: none where there is no folder to keep them in.
pub fn installed() -> anyhow::Result<Vec<Record>> {
    Installed::open().map_or(Ok(Vec::new()), |installed| installed.all())
}

fn extensions(installed: &[Record]) -> Vec<String> {
    let ours = LANGUAGES.iter().flat_map(|one| one.extensions).map(|one| (*one).to_owned());
    ours.chain(installed.iter().flat_map(|one| one.extensions.clone())).collect()
}

/// Gives the configuration the guest of an installed language; one of the binary needs nothing.
///
/// What was compiled for another engine is compiled anew, in a child, and kept.
pub async fn provide(
    config: &mut Config,
    language: &str,
    cancel: &CancellationToken,
    wall_time: Duration,
) -> Result<(), (Ending, String)> {
    if Language::named(language).is_some() || config.guests.contains_key(language) {
        return Ok(());
    }
    let wrong = |error: anyhow::Error| (Ending::InvalidGuest, format!("{error:#}"));
    let Some(mut record) = installed().map_err(wrong)?.into_iter().find(|one| one.name == language) else {
        return Ok(());
    };
    let installed = Installed::open().map_err(wrong)?;
    let guest = match installed.guest(&record).map_err(wrong)? {
        Some(guest) => guest,
        None => {
            let wasm = installed.component(&record).map_err(wrong)?;
            let image = guest_file::compile(language, &wasm, cancel, Some(wall_time)).await?;
            record.image = Image::of(&image).map_err(wrong)?;
            installed.put(&record, &wasm, &image).map_err(wrong)?;
            installed
                .guest(&record)
                .map_err(wrong)?
                .ok_or_else(|| wrong(anyhow!("{language}: it can't be compiled")))?
        }
    };
    config.guests.insert(language.into(), guest);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_goes_by_its_name_or_its_extension() {
        for (text, name) in [("lua", "lua"), ("js", "javascript"), ("JavaScript", "javascript"), ("mjs", "javascript")]
        {
            assert_eq!(parse(text).unwrap(), name);
        }
        let error = parse("javscript").unwrap_err().to_string();
        assert_eq!(error, "there is no language 'javscript'; did you mean 'javascript'?");
        assert!(parse("cobol").unwrap_err().to_string().contains("known are: lua, javascript"));
    }
}
