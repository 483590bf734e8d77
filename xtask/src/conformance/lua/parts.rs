//! The statements of a file's outermost level and of the `do … end` blocks there, and which of them can't be played.
//!
//! Statements are told apart by their first tokens; where that is not certain, two are taken for one. What a statement
//! that can't be played would have defined is absent for those after it, until it is defined anew.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::super::known::Known;
use super::tokens::{self, Kind, Token};

#[derive(Debug)]
pub struct Part {
    pub bytes: Range<usize>,
    /// The first line, and the last.
    pub line: usize,
    last_line: usize,
    /// Why it can't be played.
    pub absent: Option<String>,
}

impl Part {
    pub fn holds(&self, line: usize) -> bool {
        (self.line..=self.last_line).contains(&line)
    }
}

/// The parts of `text`; those that begin at the lines `blanked` have failed, and are absent.
pub fn of(text: &[u8], known: &Known, blanked: &HashSet<usize>) -> Vec<Part> {
    let words =
        known.words.iter().map(|word| (tokens::of(word.name.as_bytes()), format!("{}: {}", word.name, word.why)));
    let cutter = Cutter { words: words.collect(), blanked };
    let mut parts = Vec::new();
    cutter.cut(&tokens::of(text), &mut HashMap::new(), &mut parts);
    parts
}

struct Cutter<'a> {
    words: Vec<(Vec<Token<'a>>, String)>,
    blanked: &'a HashSet<usize>,
}

impl Cutter<'_> {
    fn cut(&self, tokens: &[Token], absent: &mut HashMap<Vec<u8>, String>, parts: &mut Vec<Part>) {
        for statement in statements(tokens) {
            let (Some(first), Some(last)) = (statement.first(), statement.last()) else { continue };
            let part = |absent| Part {
                bytes: first.bytes.start..last.bytes.end,
                line: first.line,
                // A long text is counted from where it begins.
                last_line: last.line + last.text.iter().filter(|byte| **byte == b'\n').count(),
                absent,
            };
            if let [first, inner @ .., last] = statement
                && first.is("do")
                && last.is("end")
            {
                let mut within = absent.clone();
                self.cut(inner, &mut within, parts);
                let own = locals(inner);
                // What is absent within a block is absent after it, unless it is the block's own.
                absent.extend(within.into_iter().filter(|(name, _)| !own.contains(&name.as_slice())));
                continue;
            }
            let reason = match self.blanked.contains(&first.line) {
                true => Some(format!("needs what line {} would have defined", first.line)),
                false => self.reason(statement, absent),
            };
            match &reason {
                Some(reason) => absent.extend(changed(statement).map(|name| (name.to_vec(), reason.clone()))),
                None => defined(statement).into_iter().for_each(|name| {
                    absent.remove(name);
                }),
            }
            parts.push(part(reason));
        }
    }

    fn reason(&self, statement: &[Token], absent: &HashMap<Vec<u8>, String>) -> Option<String> {
        if statement.first().is_some_and(|first| first.is("return")) {
            return Some("return: what a spell returns has to be JSON".to_owned());
        }
        let mentions = |word: &[Token]| {
            statement.windows(word.len().max(1)).any(|window| window.iter().zip(word).all(|(a, b)| a.text == b.text))
        };
        if let Some((_, reason)) = self.words.iter().find(|(word, _)| mentions(word)) {
            return Some(reason.clone());
        }
        let defined = defined(statement);
        let names = statement.iter().enumerate().filter(|(place, token)| {
            let before = place.checked_sub(1).and_then(|place| statement.get(place));
            token.kind == Kind::Name && !before.is_some_and(|before| before.is(".") || before.is(":"))
        });
        // A definition of the name itself is no use of it; that it may be used there as well is the interpreter's to say.
        let mut used = names.map(|(_, token)| token.text).filter(|name| !defined.contains(name));
        used.find_map(|name| absent.get(name).cloned())
    }
}

/// Names that a statement defines: `local a, b`, `[local] function f`, `a, b = …`.
fn defined<'a>(statement: &[Token<'a>]) -> Vec<&'a [u8]> {
    let names = match statement {
        [local, function, name, ..] if local.is("local") && function.is("function") => return vec![name.text],
        [function, name, open, ..] if function.is("function") && open.is("(") => return vec![name.text],
        [local, rest @ ..] if local.is("local") => rest,
        [first, ..] if first.kind == Kind::Name && statement.iter().any(|token| token.is("=")) => statement,
        _ => return Vec::new(),
    };
    let list: Vec<_> = names.iter().take_while(|token| !token.is("=")).collect();
    let mut found = Vec::new();
    for (place, token) in list.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| list.get(place));
        match (token.kind, before) {
            (Kind::Name, None) => found.push(token.text),
            (Kind::Name, Some(before)) if before.is(",") => found.push(token.text),
            // The list has ended, or it is a field of something.
            (Kind::Name, Some(before)) if !before.is("<") => break,
            _ if token.is(".") || token.is("[") || token.is("(") || token.is(":") => {
                found.pop();
                break;
            }
            _ => {}
        }
    }
    found
}

/// What is not as it would be, where a statement is not played: what it defines, and what is assigned within it.
fn changed<'a>(statement: &[Token<'a>]) -> impl Iterator<Item = &'a [u8]> {
    let own = if statement.first().is_some_and(|first| first.is("local")) { Vec::new() } else { locals(statement) };
    let within = statement.windows(3).filter(|window| match window {
        [before, name, after] => {
            let begins = name.first_of_line || ["do", "then", "else", ";", ")"].iter().any(|one| before.is(one));
            name.kind == Kind::Name && begins && (after.is("=") || after.is("["))
        }
        _ => false,
    });
    let assigned: Vec<_> = within.filter_map(|window| Some(window.get(1)?.text)).collect();
    let assigned = assigned.into_iter().filter(move |name| !own.contains(name));
    defined(statement).into_iter().chain(assigned)
}

/// Names after a `local`.
fn locals<'a>(tokens: &[Token<'a>]) -> Vec<&'a [u8]> {
    let places = tokens.iter().enumerate().filter(|(_, token)| token.is("local")).map(|(place, _)| place);
    places.flat_map(|place| tokens.get(place..).map(defined).unwrap_or_default()).collect()
}

fn statements<'a, 't>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut starts = Vec::new();
    let mut open: Vec<&[u8]> = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| tokens.get(place));
        if open.is_empty() && before.is_none_or(|before| begins(before, token)) {
            starts.push(place);
        }
        if token.kind == Kind::Value {
            continue;
        }
        match token.text {
            b"do" if matches!(open.last(), Some(&b"for" | &b"while")) => {
                open.pop();
                open.push(b"do");
            }
            b"do" | b"for" | b"while" | b"if" | b"function" | b"repeat" | b"(" | b"[" | b"{" => open.push(token.text),
            b"end" | b"until" | b")" | b"]" | b"}" => {
                open.pop();
            }
            _ => {}
        }
    }
    let ends = starts.iter().skip(1).copied().chain([tokens.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| tokens.get(*start..end)).collect()
}

/// Whether a statement begins at `token`, outside all brackets and blocks.
fn begins(before: &Token, token: &Token) -> bool {
    const STARTING: &[&str] =
        &["break", "do", "for", "function", "goto", "if", "local", "repeat", "return", "while", "::"];
    const ENDING: &[&str] = &["end", "nil", "true", "false", "...", ")", "]", "}", "break", "::"];
    if before.is(";") {
        return true;
    }
    let may_end = matches!(before.kind, Kind::Name | Kind::Value) || ENDING.iter().any(|one| before.is(one));
    // `goto name` and `::name::` end in names as well, which is right; `function` may be part of an expression, but then
    // an operator stands before it.
    let starts = token.kind == Kind::Name || STARTING.iter().any(|one| token.is(one));
    may_end && starts && token.first_of_line
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first lines of what is played, and of what is not, with the reason.
    fn cut(text: &str) -> (Vec<usize>, Vec<(usize, String)>) {
        let known = Known::parse("word io: no files\nword string.dump: no dump").unwrap();
        let parts = of(text.as_bytes(), &known, &HashSet::new());
        let played = parts.iter().filter(|part| part.absent.is_none()).map(|part| part.line).collect();
        (played, parts.iter().filter_map(|part| Some((part.line, part.absent.clone()?))).collect())
    }

    #[test]
    fn statements_begin_where_they_do() {
        let text = "local a =\n  1\nfor i = 1,\n  2 do\n  f()\nend\nwhile x\n  do y() end\nprint(a)\nf\n(1)\nlocal s = [[\nx = 1\n]]\n\
                    repeat local z until z\nif a then b() else c() end a = 2; b = 3\nreturn\n  1 -- x\n";
        let (played, absent) = cut(text);
        assert_eq!(played, [1, 3, 7, 9, 10, 12, 15, 16, 16]);
        assert_eq!(absent, [(17, "return: what a spell returns has to be JSON".to_owned())]);
    }

    #[test]
    fn what_needs_the_absent_is_absent_with_what_needs_that() {
        let text = "local f = io.open\nlocal g = 1\nf(g)\nprint 'io'\ntable.f = 1\nlocal f = 2\nf = f + 1\n\
                    local function dump() return string.dump(print) end\nload(dump())\n";
        let (played, absent) = cut(text);
        assert_eq!(played, [2, 4, 5, 6, 7]);
        let reasons: Vec<_> = absent.iter().map(|(line, why)| (*line, why.as_str())).collect();
        let (io, dump) = ("io: no files", "string.dump: no dump");
        assert_eq!(reasons, [(1, io), (3, io), (8, dump), (9, dump)]);
    }

    #[test]
    fn blocks_are_taken_apart_and_their_locals_end_with_them() {
        let (played, absent) = cut("do\n  local x <const> = io\n  x()\n  print(1)\nend\nlocal x = 1\nprint(x)\n");
        assert_eq!(played, [4, 6, 7]);
        assert_eq!(absent.len(), 2);
    }
}
