//! The languages of spells: those that the binary carries, and those that were installed.

use std::path::Path;

use anyhow::anyhow;
use llmspell_wasm::guest::{LANGUAGES, Language};
use llmspell_wasm::{CancellationToken, Config, Ending, nearest};

use super::guest_file;
use super::installed::{Entries, Image, Installed, Record};

/// The name of a language, by its name or an extension of its files: "js" is JavaScript.
pub fn parse(text: &str) -> anyhow::Result<String> {
    let lower = text.to_ascii_lowercase();
    if let Some(known) = Language::named(&lower).or_else(|| Language::of_extension(&lower)) {
        return Ok(known.name.into());
    }
    let installed = installed()?;
    let by_extension = || installed.records.iter().find(|one| one.extensions.contains(&lower));
    if let Some(known) = installed.find(&lower)?.or_else(by_extension) {
        return Ok(known.name.clone());
    }
    let names: Vec<&str> =
        LANGUAGES.iter().map(|one| one.name).chain(installed.records.iter().map(|one| one.name.as_str())).collect();
    Err(anyhow!("there is no language '{text}'{}{}", nearest(&lower, &names), installed.remark()))
}

/// The language of a file, by its extension.
pub fn of_file(file: &Path) -> anyhow::Result<String> {
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    if let Some(known) = Language::of_extension(&extension) {
        return Ok(known.name.into());
    }
    let installed = installed()?;
    if let Some(known) = installed.records.iter().find(|one| one.extensions.contains(&extension)) {
        return Ok(known.name.clone());
    }
    let known: Vec<String> = extensions(&installed.records).into_iter().map(|known| format!(".{known}")).collect();
    Err(anyhow!(
        "{}: its extension names no language; known are: {} (or give --lang){}",
        file.display(),
        known.join(", "),
        installed.remark()
    ))
}

/// The extensions of all languages. Those that can't be looked at are left out: this is for hints.
pub fn all_extensions() -> Vec<String> {
    extensions(&installed().unwrap_or_default().records)
}

/// All that are installed: none where there is no folder to keep them in.
pub fn installed() -> anyhow::Result<Entries> {
    Installed::open().map_or(Ok(Entries::default()), |installed| installed.all())
}

fn extensions(installed: &[Record]) -> Vec<String> {
    let ours = LANGUAGES.iter().flat_map(|one| one.extensions).map(|one| (*one).to_owned());
    ours.chain(installed.iter().flat_map(|one| one.extensions.clone())).collect()
}

/// Gives the configuration the guest of an installed language; one of the binary needs nothing.
///
/// What was compiled for another engine is compiled anew, in a child, and kept: once, so the run's own time does not bound it.
/// What there is to say of it is told by `remark`.
pub async fn provide(
    config: &mut Config,
    language: &str,
    cancel: &CancellationToken,
    remark: &dyn Fn(&str),
) -> Result<(), (Ending, String)> {
    if Language::named(language).is_some() || config.guests.contains_key(language) {
        return Ok(());
    }
    let wrong = |error: anyhow::Error| (Ending::InvalidGuest, format!("{error:#}"));
    let Some(mut record) = installed().and_then(|all| Ok(all.find(language)?.cloned())).map_err(wrong)? else {
        return Ok(());
    };
    let installed = Installed::open().map_err(wrong)?;
    let guest = match installed.guest(&record).map_err(wrong)? {
        Some(guest) => guest,
        None => {
            let wasm = installed.component(&record).map_err(wrong)?;
            remark(&format!("'{language}' is compiled for this version of llmspell-wasm: once, and kept"));
            let image = guest_file::compile(language, &wasm, cancel, None).await?;
            record.add(Image::of(&image).map_err(wrong)?);
            // It runs all the same, from memory.
            if let Err(error) = installed.put(&record, &wasm, &image) {
                remark(&format!(
                    "'{language}' can't be kept as it was compiled, and the next run compiles it again: {error:#}"
                ));
            }
            record.guest(image)
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
