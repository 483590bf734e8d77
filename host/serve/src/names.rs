//! Names that come from outside.

use crate::problem::Problem;

/// A tenant's name is fit for a file name and a log.
pub fn check_tenant(name: &str) -> Result<(), String> {
    let plain = |one: char| one.is_ascii_alphanumeric() || "-_.".contains(one);
    match name.is_empty() || name.len() > 64 || name.starts_with('.') || !name.chars().all(plain) {
        true => Err("a tenant's name is 1 to 64 letters, digits, '-', '_' and '.', and does not begin with '.'".into()),
        false => Ok(()),
    }
}

/// A stored spell's name.
pub fn check_spell(name: &str) -> Result<(), Problem> {
    let plain = |one: char| one.is_ascii_alphanumeric() || "-_.".contains(one);
    match name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
        true => Err(Problem::invalid("the name of a spell is 1 to 64 letters, digits, '-', '_' and '.'")),
        false => Ok(()),
    }
}

/// "name" or "name@3".
pub fn spell_and_version(text: &str) -> Result<(&str, Option<u64>), Problem> {
    let (name, version) = match text.split_once('@') {
        None => (text, None),
        Some((name, version)) => {
            let version = version.parse().ok().filter(|version| *version > 0);
            let wrong = || Problem::invalid("behind '@' stands the number of a version, as in greeting@3");
            (name, Some(version.ok_or_else(wrong)?))
        }
    };
    check_spell(name)?;
    Ok((name, version))
}

/// What errors call a spell.
pub fn file_name(name: &str, extension: Option<&str>) -> String {
    extension.map_or_else(|| name.to_owned(), |extension| format!("{name}.{extension}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        assert_eq!(spell_and_version("a-b_c.1@12").unwrap(), ("a-b_c.1", Some(12)));
        assert_eq!(spell_and_version("x").unwrap(), ("x", None));
        for text in ["", "a b", "a/b", "é", "x@", "x@0", "x@-1", "x@1@2", &"x".repeat(65)] {
            assert!(spell_and_version(text).is_err(), "{text:?}");
        }
        assert!(check_tenant("acme-1_b.c").is_ok());
        for name in ["", ".", "..", "~serve", "a/b", &"x".repeat(65)] {
            assert!(check_tenant(name).is_err(), "{name:?}");
        }
    }
}
