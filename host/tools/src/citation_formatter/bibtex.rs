//! The BibTeX of bibliographies: entries with fields in braces, quotes or bare.
//!
//! Without `@string`: abbreviations that are made of others can grow without bound.

use super::entry::Entry;

pub fn read(text: &str) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        rest = rest.get(at + 1..).unwrap_or_default();
        let Some((kind, behind)) = rest.split_once('{') else { return Err(format!("'@{}' has no '{{'", short(rest))) };
        let kind = kind.trim().to_ascii_lowercase();
        if kind == "string" || kind == "preamble" {
            return Err(format!("'@{kind}' can't be used: write each field out"));
        }
        let (body, behind) = braced(behind).ok_or_else(|| format!("an entry '@{}' has no end", short(&kind)))?;
        rest = behind;
        if kind != "comment" {
            entries.push(entry(&kind, body)?);
        }
    }
    Ok(entries)
}

fn entry(kind: &str, body: &str) -> Result<Entry, String> {
    let (key, mut rest) = body.split_once(',').unwrap_or((body, ""));
    let key = key.trim().to_owned();
    let mut entry = Entry { key: key.clone(), kind: kind.into(), ..Entry::default() };
    loop {
        rest = rest.trim_start_matches(|one: char| one == ',' || one.is_whitespace());
        if rest.is_empty() {
            return Ok(entry.with_authors());
        }
        let Some((name, value)) = rest.split_once('=') else {
            return Err(format!("the entry '{}' has '{}' where a field is expected", short(&key), short(rest)));
        };
        let value = value.trim_start();
        let unclosed = || format!("the field '{}' of the entry '{}' has no end", short(name.trim()), short(&key));
        let (found, behind) = if let Some(inside) = value.strip_prefix('{') {
            braced(inside).ok_or_else(unclosed)?
        } else if let Some(inside) = value.strip_prefix('"') {
            inside.split_once('"').ok_or_else(unclosed)?
        } else {
            let end = value.find(',').unwrap_or(value.len());
            (value.get(..end).unwrap_or_default().trim(), value.get(end..).unwrap_or_default())
        };
        let plain: String = found.chars().filter(|one| !matches!(one, '{' | '}')).collect();
        let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        entry.fields.insert(name.trim().to_ascii_lowercase(), plain);
        rest = behind;
    }
}

/// What stands before the brace that ends it, and behind.
fn braced(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0usize;
    for (at, one) in text.char_indices() {
        match one {
            '{' => depth += 1,
            '}' if depth == 0 => return Some((text.get(..at)?, text.get(at + 1..)?)),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn short(text: &str) -> String {
    text.escape_debug().take(40).collect()
}
