//! Puts values in the place of references: `$input.topic`, `$search.output`, `{{topic}}`, `{{step:search:output}}`.
//!
//! A text that is exactly one reference becomes the value itself; in others, texts are put in as they are and other values
//! as JSON. What was put in is never looked at again. Everything here takes time that is linear in the template and in
//! what comes out, and what comes out has a bound that is kept while it grows.

use std::sync::Arc;

use serde_json::{Map, Value};

use llmspell_base::{Code, Failure};

mod reference;
mod room;
mod template;
#[cfg(test)]
mod tests;

pub use reference::Reference;
use reference::{Piece, pieces};
pub use room::Room;
pub use template::{Single, Template, Text};

/// What references can refer to.
pub trait Names {
    /// What a reference means.
    fn find<'a>(&self, reference: &Reference<&'a str>) -> Result<Found<'a>, Failure>;
}

/// What a reference means.
pub enum Found<'a> {
    /// What lies at this path below a value.
    Value(Arc<Value>, &'a str),
    /// There is such a step, and it has no output.
    Empty,
    /// It is no reference: the text stays as it is.
    Nothing,
}

/// What a definition refers to.
pub enum Unknown<'a> {
    Step(&'a str),
    Branch(&'a str, &'a str),
}

/// The template with its references replaced.
pub fn interpolate(template: &Template, names: &dyn Names, room: &mut Room) -> Result<Value, Failure> {
    Ok(match template {
        Template::Text(text) => interpolate_text(text, names, room)?,
        Template::List(items) => {
            room.node()?;
            Value::Array(items.iter().map(|item| interpolate(item, names, room)).collect::<Result<_, _>>()?)
        }
        Template::Object(entries) => {
            room.node()?;
            let entry = |(key, value): &(String, Template)| {
                room.text(key.len())?;
                Ok((key.clone(), interpolate(value, names, room)?))
            };
            Value::Object(entries.iter().map(entry).collect::<Result<Map<_, _>, Failure>>()?)
        }
        Template::Value(value) => {
            room.value(value)?;
            value.clone()
        }
    })
}

fn interpolate_text(text: &Text, names: &dyn Names, room: &mut Room) -> Result<Value, Failure> {
    if let Some(reference) = text.single()
        && let Some(value) = whole(&reference, names, room)?
    {
        return Ok(value);
    }
    room.node()?;
    let mut result = String::new();
    for piece in text.pieces() {
        match piece {
            Piece::Text(text) => {
                room.text(text.len())?;
                result.push_str(text);
            }
            Piece::Reference { reference, written } => put_in(&mut result, &reference, written, names, room)?,
        }
    }
    Ok(result.into())
}

/// The value of a text that is one reference; `None` if its path leads into a text, or it is none.
fn whole(reference: &Reference<&str>, names: &dyn Names, room: &mut Room) -> Result<Option<Value>, Failure> {
    let (value, path) = match names.find(reference)? {
        Found::Nothing => return Ok(None),
        Found::Empty => return Ok(Some(Value::Null)),
        Found::Value(value, path) => (value, path),
    };
    match follow(&value, path, reference.is_open()) {
        (_, rest) if !rest.is_empty() && reference.is_open() => Ok(None),
        (_, rest) if !rest.is_empty() => Ok(Some(Value::Null)),
        // Counted before it is copied.
        (found, _) => room.value(found).map(|()| Some(found.clone())),
    }
}

fn put_in(
    result: &mut String,
    reference: &Reference<&str>,
    written: &str,
    names: &dyn Names,
    room: &mut Room,
) -> Result<(), Failure> {
    let (value, path) = match names.find(reference)? {
        Found::Nothing => {
            room.text(written.len())?;
            result.push_str(written);
            return Ok(());
        }
        Found::Empty => return Ok(()),
        Found::Value(value, path) => (value, path),
    };
    let (found, rest) = follow(&value, path, reference.is_open());
    if !rest.is_empty() && !reference.is_open() {
        return Ok(());
    }
    match found {
        Value::Null => {}
        Value::String(text) => {
            room.text(text.len())?;
            result.push_str(text);
        }
        other => room.json(result, other)?,
    }
    // "$file.output.md": a text has no fields, so this is the end of a sentence or of a name.
    room.text(rest.len())?;
    result.push_str(rest);
    Ok(())
}

/// Goes along a path such as ".items.0.name" as far as there are objects and lists; what is not there is null.
///
/// Where text may follow, "topic-based" is the key "topic" with "-based" behind it, unless there is such a key.
fn follow<'v, 'p>(value: &'v Value, path: &'p str, is_open: bool) -> (&'v Value, &'p str) {
    let (mut value, mut rest) = (value, path);
    while !rest.is_empty() {
        let behind = rest.strip_prefix('.').unwrap_or(rest);
        let (segment, next) = behind.find('.').map_or((behind, ""), |at| behind.split_at(at));
        value = match value {
            Value::Object(map) => match map.get(segment) {
                Some(value) => value,
                None => match shorter(map, segment).filter(|_| is_open) {
                    Some((value, length)) => return (value, behind.get(length..).unwrap_or_default()),
                    None => &Value::Null,
                },
            },
            Value::Array(items) => segment.parse().ok().and_then(|at: usize| items.get(at)).unwrap_or(&Value::Null),
            Value::Null => return (value, ""),
            _ => return (value, rest),
        };
        rest = next;
    }
    (value, rest)
}

/// The longest key that ends before a `-` of this one, and how long it is.
fn shorter<'v>(map: &'v Map<String, Value>, key: &str) -> Option<(&'v Value, usize)> {
    let ends = key.rmatch_indices('-').map(|(at, _)| at).take(MOST_DASHES);
    ends.filter_map(|at| Some((map.get(key.get(..at)?)?, at))).next()
}

/// So many are tried, as each takes time for the length of the key.
const MOST_DASHES: usize = 16;

/// Whether a text is exactly one reference.
pub fn is_reference(text: &str) -> bool {
    let mut pieces = pieces(text, &|_| true);
    matches!(pieces.next(), Some(Piece::Reference { written, .. }) if written.len() == text.len())
}

/// The value of one reference. `None`: it is none after all.
pub fn value_of(single: &Single, names: &dyn Names) -> Result<Option<Value>, Failure> {
    whole(&single.reference(), names, &mut Room::unbounded())
}

/// The first step that a template refers to and that is not there.
pub fn first_unknown(template: &Template, knows: &dyn Fn(&Unknown<'_>) -> bool) -> Option<String> {
    template.find(&|reference| reference.step().filter(|unknown| !knows(unknown)).map(shown))
}

fn shown(step: Unknown<'_>) -> String {
    match step {
        Unknown::Step(name) => name.to_owned(),
        Unknown::Branch(branch, name) => format!("{branch}:{name}"),
    }
}

/// The failure of a reference to a step that is not there.
pub fn no_step(name: &str, known: &str) -> Failure {
    let name: String = name.chars().take(128).collect();
    Failure::new(Code::Invalid, format!("there is no step '{name}' to refer to; known are: {known}"))
}
