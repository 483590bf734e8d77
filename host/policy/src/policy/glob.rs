//! Patterns of names in policies, in which `*` stands for anything.
//!
//! Names have parts: `/` parts models, `:` state and hooks, `.` and `:` events. A `*` stays within its part; a last part
//! that is nothing but `*` stands for one part or more. A pattern of paths is also for all that is below what it names.
//! Nothing else is special, and what looks as if it were is refused.

use std::fmt;
use std::path::Path;

use llmspell_base::text::invisible;

use super::{Right, path};

/// One entry of an `allow` or `deny` list.
#[derive(Debug, Clone)]
pub struct Glob {
    text: String,
    parts: Vec<String>,
    /// Whether it is for all that is below, too.
    with_below: bool,
}

const MOST_BYTES: usize = 256;
/// So that matching stays cheap.
const MOST_STARS: usize = 4;
/// [`Right::split`] does not go on for ever either.
const MOST_PARTS: usize = 16;
/// What is special in other places, and would be taken for it here.
const MISLEADING: &[char] = &['?', '[', ']', '{', '}', '!', '\\', '^', '$', '|', '(', ')', ',', '"', '\'', '`'];

impl Glob {
    /// Parses a pattern and refuses one that means more, or less, than it seems to. `allows`: it is for an `allow` list,
    /// where a name that its author did not think of does harm; in a `deny` list it does none. Relative paths are below the
    /// working folder.
    pub fn parse(right: Right, text: &str, allows: bool) -> Result<Glob, String> {
        Glob::parse_in(Path::new(""), right, text, allows)
    }

    /// The same, with relative paths below this folder.
    pub(super) fn parse_in(folder: &Path, right: Right, text: &str, allows: bool) -> Result<Glob, String> {
        let quoted = || format!("'{}'", text.escape_debug());
        if text.is_empty() {
            return Err("is empty: name something, or leave it out".into());
        }
        let (bytes, parts, misleading) = match right.is_path() {
            true => (path::MOST_BYTES, path::MOST_PARTS, path::MISLEADING),
            false => (MOST_BYTES, MOST_PARTS, MISLEADING),
        };
        if text.len() > bytes || text.matches('*').count() > MOST_STARS {
            return Err(format!("has more than {bytes} bytes or {MOST_STARS} '*'"));
        }
        let space = |sign: char| sign.is_whitespace() && !(right.is_path() && sign == ' ');
        if text.chars().any(|sign| space(sign) || invisible(sign)) {
            return Err(format!("{} has whitespace or an invisible character in it", quoted()));
        }
        if let Some(sign) =
            text.chars().find(|sign| misleading.contains(sign) && !(right.is_host() && "[]?".contains(*sign)))
        {
            return Err(format!("{}: '{sign}' can't be used: only '*' stands for more than itself", quoted()));
        }
        if text.contains("**") {
            let more = if right.is_path() { ", and a folder is for all that is below it" } else { "" };
            return Err(format!("{}: '**' means no more than '*': write one{more}", quoted()));
        }
        let text = match right.is_path() {
            true => path::absolute(text, folder).map_err(|problem| format!("{}: {problem}", quoted()))?,
            false => right.canonical(text)?,
        };
        right.check_pattern(&text, allows).map_err(|problem| format!("{} {problem}", quoted()))?;
        let glob = Glob::of(right, &text);
        if glob.parts.len() > parts {
            return Err(format!("{} has more than {parts} parts", quoted()));
        }
        // A star with something behind it says how names end: they may begin in any way. Paths begin with their folder.
        let odd = |part: &&String| part.len() > 1 && part.starts_with('*');
        if let Some(part) = glob.parts.iter().find(odd).filter(|_| allows && !right.is_path()) {
            let problem = format!("'{}' also allows every name that merely ends so: say how it begins", part);
            return Err(format!("{}: {problem}", quoted()));
        }
        Ok(glob)
    }

    /// Without looking at it: for names and patterns that were looked at elsewhere.
    pub fn of(right: Right, text: &str) -> Glob {
        let normal = right.normal(text);
        let parts = right.split(&normal).into_iter().map(String::from).collect();
        Glob { text: text.into(), parts, with_below: right.is_path() }
    }

    /// The same in the spelling in which denials are compared.
    pub(super) fn as_denied(&self, right: Right) -> Glob {
        let parts = self.parts.iter().map(|part| right.denied_as(part).into_owned()).collect();
        Glob { text: self.text.clone(), parts, with_below: self.with_below }
    }

    /// The pattern in its canonical spelling.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is for all that the other is for.
    pub fn covers(&self, other: &Glob) -> bool {
        // A star of the other pattern has to be covered by a star of this one.
        self.fits(&other.parts.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Whether there may be a name that both are for.
    pub fn overlaps(&self, other: &Glob) -> bool {
        let (mine, others) = (&self.parts, &other.parts);
        if self.with_below {
            return mine.iter().zip(others).all(|(one, two)| meet(one, two));
        }
        let shorter = mine.len().min(others.len());
        for (at, (one, two)) in mine.iter().zip(others).enumerate() {
            let rest = |part: &str, parts: &[String]| part == "*" && at + 1 == parts.len();
            if rest(one, mine) || rest(two, others) {
                return true;
            }
            if !meet(one, two) {
                return false;
            }
        }
        shorter == mine.len() && shorter == others.len()
    }

    /// Whether it is for the name that was split into these.
    pub(super) fn fits(&self, words: &[&str]) -> bool {
        if self.with_below {
            let mut pairs = self.parts.iter().zip(words);
            return self.parts.len() <= words.len() && pairs.all(|(part, word)| matches(part, word));
        }
        let last = self.parts.len().saturating_sub(1);
        for (at, part) in self.parts.iter().enumerate() {
            let Some(word) = words.get(at) else { return false };
            if at == last && part == "*" {
                return true;
            }
            if !matches(part, word) {
                return false;
            }
        }
        words.len() == self.parts.len()
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether a part with stars stands for this one. A list of hundreds is gone through at each call: nothing is tried twice.
fn matches(part: &str, word: &str) -> bool {
    let mut pieces = part.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| word.strip_prefix(first)) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        // The first place leaves most of the rest.
        let Some((_, behind)) = rest.split_once(piece) else { return false };
        rest = behind;
    }
    rest.ends_with(last)
}

/// Whether two parts can stand for the same text.
fn meet(one: &str, two: &str) -> bool {
    let (one, two): (Vec<char>, Vec<char>) = (one.chars().collect(), two.chars().collect());
    // Row by row: whether the first so many of `one` can be the first so many of `two`.
    let mut row: Vec<bool> = std::iter::once(true)
        .chain(two.iter().scan(true, |all, sign| {
            *all &= *sign == '*';
            Some(*all)
        }))
        .collect();
    for a in &one {
        let mut next = vec![row.first().copied().unwrap_or_default() && *a == '*'];
        for (at, b) in two.iter().enumerate() {
            let (diagonal, above) = (row.get(at) == Some(&true), row.get(at + 1) == Some(&true));
            let left = next.last() == Some(&true);
            next.push(if *a == '*' || *b == '*' { above || left } else { diagonal && a == b });
        }
        row = next;
    }
    row.last() == Some(&true)
}
