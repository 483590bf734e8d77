//! Names and extensions that a language can have.

use anyhow::bail;
use llmspell_wasm::guest;

use crate::cli::guest_file::CUSTOM;

/// A name is a folder's, a key of policies and a word of receipts.
pub fn check_name(name: &str) -> anyhow::Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_+".contains(c);
    let starts = name.chars().next().is_some_and(|c| c.is_ascii_lowercase());
    if !starts || name.len() > 32 || !name.chars().all(plain) {
        bail!(
            "'{}' is no name of a language: 1 to 32 of a-z, 0-9, '-', '_', '+', a letter first (--as NAME gives another)",
            name.escape_debug().take(64).collect::<String>()
        );
    }
    // Spells are found by an extension in place of a name as well.
    if guest::Language::named(name).is_some() || guest::Language::of_extension(name).is_some() || name == CUSTOM {
        bail!("the name '{name}' is taken by this program: give another with --as NAME");
    }
    Ok(())
}

/// Extensions that no language of the binary has.
pub fn check_extensions(extensions: &[String]) -> anyhow::Result<()> {
    let plain = |one: &String| {
        (1..=16).contains(&one.len()) && one.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    if extensions.is_empty() || extensions.len() > 16 || !extensions.iter().all(plain) {
        bail!("its extensions have to be 1 to 16, each of 1 to 16 of a-z and 0-9: give others with --extensions a,b");
    }
    let taken = |one: &&String| guest::Language::of_extension(one).is_some() || guest::Language::named(one).is_some();
    match extensions.iter().find(taken) {
        Some(taken) => bail!("files .{taken} are of a language of this program: give others with --extensions a,b"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_goes_by_what_another_goes_by() {
        assert!(["js", "mjs", "lua", "javascript", "custom"].iter().all(|name| check_name(name).is_err()));
        assert!(check_extensions(&["javascript".into()]).is_err() && check_extensions(&["py".into()]).is_ok());
    }
}
