//! Policies that a spell requests: in a file beside it, or in its own first lines. Both are untrusted, and can only narrow.

use std::path::Path;

use super::{Origin, Policy, PolicyError, read};
use llmspell_base::file::{FileKind, read_text_within};

/// More than this asks for nothing that can be granted.
const MOST_BYTES: usize = 64 << 10;

const FILE: &str = "spell.toml";
const BEGIN: &str = "/// spell";
const END: &str = "///";

/// The policies that a spell requests, from both places.
///
/// `shown` is what messages call it. Each holds beside the policies of others: see [`crate::Grants::within`].
pub fn requested_policies(folder: Option<&Path>, shown: &str, source: &str) -> Result<Vec<Policy>, PolicyError> {
    let file = folder.map(beside).transpose()?.flatten();
    Ok(file.into_iter().chain(in_header(shown, source)?).collect())
}

/// The policy that a text in the language of policies requests; `None` where it asks for nothing. `file` is what messages call it.
pub fn requested_in(file: &str, text: &str) -> Result<Option<Policy>, PolicyError> {
    parse(file, text)
}

/// What `spell.toml` in the spell's folder asks for; `None` where there is no such file.
fn beside(folder: &Path) -> Result<Option<Policy>, PolicyError> {
    let path = folder.join(FILE);
    let fail = |problem: &dyn std::fmt::Display| PolicyError::of_file(path.display(), problem);
    match std::fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        // Opening a pipe would wait until another process writes to it.
        Ok(about) if !about.is_file() => return Err(fail(&"is no file")),
        _ => {}
    }
    let kind = FileKind { name: "a requested policy", extensions: &["toml"] };
    let text = read_text_within(&path, kind, MOST_BYTES as u64).map_err(|error| fail(&error))?;
    parse(&path.display().to_string(), &text)
}

/// What the comments at the very beginning of a spell ask for, between `/// spell` and `///`:
///
/// ```lua
/// -- /// spell
/// -- [models]
/// -- allow = ["openai/gpt-4o-mini"]
/// -- ///
/// ```
///
/// `name` is what messages call the spell. `None` where there are none.
pub(super) fn in_header(name: &str, source: &str) -> Result<Option<Policy>, PolicyError> {
    // Line for line and column for column what stands there, so that errors name the place in the spell.
    let (mut text, mut inside, mut begun) = (String::new(), false, 0);
    for (at, line) in source.lines().enumerate() {
        let trimmed = line.trim_start();
        let comment = ["--", "//"].into_iter().find_map(|mark| trimmed.strip_prefix(mark));
        let Some(comment) = comment else {
            // A line for the shell, and empty ones, may come before.
            if inside || !(trimmed.is_empty() || (at == 0 && line.starts_with("#!"))) {
                break;
            }
            text.push('\n');
            continue;
        };
        match comment.trim() {
            BEGIN if !inside => (inside, begun) = (true, at + 1),
            END if inside => return parse(name, &text),
            _ if inside => {
                let indent = line.chars().count() - comment.chars().count();
                text.extend(std::iter::repeat_n(' ', indent));
                text.push_str(comment);
            }
            _ => {}
        }
        text.push('\n');
        if text.len() > MOST_BYTES {
            break;
        }
    }
    match inside {
        true => {
            let problem = format!("'{BEGIN}' is not closed: end what the spell requests with a comment '{END}'");
            Err(PolicyError { file: name.into(), line: begun, column: 1, problem })
        }
        false => Ok(None),
    }
}

/// `None` where it only tells of the spell, and asks for nothing.
fn parse(file: &str, text: &str) -> Result<Option<Policy>, PolicyError> {
    let policy = read::policy(Origin::Requested(file.into()), text)?;
    let narrows = !policy.limits.is_empty() || !policy.approvals.is_empty() || !policy.taint.is_empty();
    let asks = policy.names || narrows;
    Ok(asks.then_some(policy))
}

/// A line of a spell that was meant to begin what it asks for, and does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// 1-based.
    pub line: usize,
    /// One line without the place.
    pub what: String,
}

/// It stands near the top, or was not meant so.
const MOST_LINES: usize = 100;

/// Lines that look like `/// spell` and have no effect: misspelt, inside a block comment, or behind code. Without a
/// warning, such a spell would be trusted for a restriction that does not hold. `language` decides how comments begin.
pub fn misspelt(language: &str, source: &str) -> Vec<Remark> {
    let mark = if language == "lua" { "--" } else { "//" };
    let (mut leading, mut taken) = (true, false);
    let mut found = Vec::new();
    for (at, line) in source.lines().take(MOST_LINES).enumerate() {
        let trimmed = line.trim();
        let comment = ["--", "//"].into_iter().find_map(|mark| trimmed.strip_prefix(mark));
        leading &= comment.is_some() || trimmed.is_empty() || (at == 0 && line.starts_with("#!"));
        let is_header = leading && comment.is_some_and(|comment| comment.trim() == BEGIN);
        if is_header && !taken {
            taken = true;
            continue;
        }
        if is_header || means_header(trimmed) {
            let why = if is_header { "only the first one counts" } else { "it has to be written exactly so" };
            let what = format!(
                "'{}' has no effect: what a spell asks for begins with the line '{mark} {BEGIN}', among the comments \
                 before the first line of code, and {why}",
                trimmed.escape_debug()
            );
            found.push(Remark { line: at + 1, what });
        }
    }
    found
}

/// A mark of a comment, some slashes, and the word.
fn means_header(line: &str) -> bool {
    let marks = ["--[[", "--", "//", "/*", "*", "#"];
    let rest = marks.into_iter().find_map(|mark| line.strip_prefix(mark)).unwrap_or(line).trim();
    let rest = rest.trim_end_matches("*/").trim_end_matches("]]").trim();
    let word = rest.trim_start_matches('/');
    word.len() < rest.len() && word.trim().trim_end_matches(':').eq_ignore_ascii_case("spell")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_as_a_header_and_is_none_is_told() {
        let lines = |language, source: &str| -> Vec<usize> {
            misspelt(language, source).iter().map(|remark| remark.line).collect()
        };
        for (language, source, expected) in [
            ("lua", "-- /// spell\n-- [tools]\n-- ///\nreturn 1", vec![]),
            ("javascript", "// /// spell\n// [tools]\n// ///\n", vec![]),
            ("lua", "-- a spell\n-- spell\nreturn 1 // 2", vec![]),
            ("javascript", "// spell\n// http://spell\n", vec![]),
            ("lua", "-- //// spell", vec![1]),
            ("lua", "-- /// Spell", vec![1]),
            ("lua", "-- ///spell", vec![1]),
            ("javascript", "/// spell", vec![1]),
            ("javascript", "/*\n * /// spell\n */", vec![2]),
            ("javascript", "/* /// spell */", vec![1]),
            ("lua", "--[[\n/// spell\n[tools]\n///\n]]", vec![2]),
            ("lua", "local x = 1\n-- /// spell\n-- ///", vec![2]),
            ("lua", "-- /// spell\n-- ///\n-- /// spell\n-- ///", vec![3]),
        ] {
            assert_eq!(lines(language, source), expected, "{source}");
        }
        let what = misspelt("lua", "\n-- /// Spell\n").remove(0).what;
        assert!(what.starts_with("'-- /// Spell' has no effect:") && what.contains("'-- /// spell'"), "{what}");
    }
}
