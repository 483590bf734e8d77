//! What a spell asks for: in a file beside it, or in its own first lines. A stranger writes both: they can only narrow.

use std::io::Read;
use std::path::Path;

use super::{Origin, Policy, PolicyError, read};

/// More than this asks for nothing that can be granted.
const MOST_BYTES: usize = 64 << 10;

const FILE: &str = "spell.toml";
const BEGIN: &str = "/// spell";
const END: &str = "///";

/// What a spell asks for, in both places.
///
/// `shown` is what messages call it. Each holds beside the policies of others: see [`crate::Grants::within`].
pub fn wishes(folder: Option<&Path>, shown: &str, source: &str) -> Result<Vec<Policy>, PolicyError> {
    let file = folder.map(beside).transpose()?.flatten();
    Ok(file.into_iter().chain(in_header(shown, source)?).collect())
}

/// What `spell.toml` in the spell's folder asks for; `None` where there is no such file.
fn beside(folder: &Path) -> Result<Option<Policy>, PolicyError> {
    let path = folder.join(FILE);
    let fail = |problem: &dyn std::fmt::Display| PolicyError::of_file(path.display(), problem);
    match std::fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        // To open a pipe would be to wait for whoever made it.
        Ok(about) if !about.is_file() => return Err(fail(&"is no file")),
        _ => {}
    }
    let file = std::fs::File::open(&path).map_err(|error| fail(&error))?;
    let mut text = String::new();
    file.take(MOST_BYTES as u64 + 1).read_to_string(&mut text).map_err(|error| fail(&error))?;
    if text.len() > MOST_BYTES {
        return Err(fail(&format!("has more than {} KiB", MOST_BYTES >> 10)));
    }
    wish(&path.display().to_string(), &text)
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
            END if inside => return wish(name, &text),
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
            let problem = format!("'{BEGIN}' is not closed: end what the spell asks for with a comment '{END}'");
            Err(PolicyError { file: name.into(), line: begun, column: 1, problem })
        }
        false => Ok(None),
    }
}

/// `None` where it only tells of the spell, and asks for nothing.
fn wish(file: &str, text: &str) -> Result<Option<Policy>, PolicyError> {
    let policy = read::policy(Origin::Wish(file.into()), text)?;
    let asks = policy.names || !policy.limits.is_empty();
    Ok(asks.then_some(policy))
}
