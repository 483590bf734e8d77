//! Templates: their references are found once, when a workflow is defined, however often they are filled in.

use serde_json::Value;

use super::reference::{Piece, Reference, bare, pieces};

/// A value with references in its texts.
#[derive(Debug)]
pub enum Template {
    /// Without any.
    Value(Value),
    Text(Text),
    List(Vec<Template>),
    Object(Vec<(String, Template)>),
}

/// A text, and where its references lie.
#[derive(Debug)]
pub struct Text {
    text: String,
    parts: Box<[Part]>,
}

/// A text that is exactly one reference, also without signs around it.
#[derive(Debug, PartialEq, Eq)]
pub struct Single {
    text: String,
    reference: Reference<Span>,
}

/// Where a part of a text begins and ends.
type Span = (u32, u32);

#[derive(Debug, Clone, Copy)]
enum Part {
    Text(Span),
    Reference { reference: Reference<Span>, written: Span },
}

impl Template {
    /// Finds the references. Where `$a-b` could be two names, `has_step` decides.
    pub fn of(value: Value, has_step: &dyn Fn(&str) -> bool) -> Template {
        match value {
            value if !may_refer(&value) => Template::Value(value),
            Value::String(text) => Template::Text(Text::of(text, has_step)),
            Value::Array(items) => Template::List(items.into_iter().map(|item| Template::of(item, has_step)).collect()),
            Value::Object(map) => {
                Template::Object(map.into_iter().map(|(key, value)| (key, Template::of(value, has_step))).collect())
            }
            other => Template::Value(other),
        }
    }

    /// The text of a field, as it was written.
    pub fn field(&self, name: &str) -> Option<&str> {
        match self {
            Template::Value(value) => value.get(name)?.as_str(),
            Template::Object(entries) => match &entries.iter().find(|(key, _)| key == name)?.1 {
                Template::Text(text) => Some(&text.text),
                Template::Value(value) => value.as_str(),
                _ => None,
            },
            _ => None,
        }
    }

    /// What its parts take beside the value that it is of.
    pub fn weight(&self) -> usize {
        match self {
            Template::Value(_) => 0,
            Template::Text(text) => size_of_val(&*text.parts),
            Template::List(items) => items.iter().map(Template::weight).sum(),
            Template::Object(entries) => entries.iter().map(|(_, value)| value.weight()).sum(),
        }
    }

    /// Every reference in it, until `find` has found what it looks for.
    pub fn find<T>(&self, find: &dyn Fn(Reference<&str>) -> Option<T>) -> Option<T> {
        match self {
            Template::Value(_) => None,
            Template::Text(text) => text.pieces().find_map(|piece| match piece {
                Piece::Reference { reference, .. } => find(reference),
                Piece::Text(_) => None,
            }),
            Template::List(items) => items.iter().find_map(|item| item.find(find)),
            Template::Object(entries) => entries.iter().find_map(|(_, value)| value.find(find)),
        }
    }
}

impl Text {
    fn of(text: String, has_step: &dyn Fn(&str) -> bool) -> Text {
        let mut parts: Vec<Part> = Vec::new();
        for piece in pieces(&text, has_step) {
            match piece {
                Piece::Text(piece) => {
                    let span = span(&text, piece);
                    match parts.last_mut() {
                        Some(Part::Text(last)) if last.1 == span.0 => last.1 = span.1,
                        _ => parts.push(Part::Text(span)),
                    }
                }
                Piece::Reference { reference, written } => {
                    let written = span(&text, written);
                    parts.push(Part::Reference { reference: reference.map(|part| span(&text, part)), written });
                }
            }
        }
        let parts = parts.into();
        Text { text, parts }
    }

    /// Its pieces, in their order.
    pub fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        self.parts.iter().map(|part| match part {
            Part::Text(span) => Piece::Text(cut(&self.text, *span)),
            Part::Reference { reference, written } => Piece::Reference {
                reference: reference.map(|span| cut(&self.text, span)),
                written: cut(&self.text, *written),
            },
        })
    }

    /// The reference that is all of it.
    pub fn single(&self) -> Option<Reference<&str>> {
        match *self.parts {
            [Part::Reference { reference, .. }] => Some(reference.map(|span| cut(&self.text, span))),
            _ => None,
        }
    }
}

impl Single {
    /// `None`: it is no reference.
    pub fn of(text: &str, has_step: &dyn Fn(&str) -> bool) -> Option<Single> {
        let reference = match pieces(text, has_step).next() {
            Some(Piece::Reference { reference, written }) if written.len() == text.len() => Some(reference),
            _ => bare(text),
        };
        Some(Single { text: text.into(), reference: reference?.map(|part| span(text, part)) })
    }

    pub fn reference(&self) -> Reference<&str> {
        self.reference.map(|span| cut(&self.text, span))
    }

    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Whether there may be a reference in its texts. Keys have none.
fn may_refer(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(['$', '{']),
        Value::Array(items) => items.iter().any(may_refer),
        Value::Object(map) => map.values().any(may_refer),
        _ => false,
    }
}

/// Where a part lies; texts are bounded far below 4 GiB.
fn span(text: &str, part: &str) -> Span {
    if part.is_empty() {
        return (0, 0);
    }
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    (start as u32, (start + part.len()) as u32)
}

fn cut(text: &str, (start, end): Span) -> &str {
    text.get(start as usize..end as usize).unwrap_or_default()
}
