//! YAML 1.2, as values: what its core schema makes of plain words.

use std::collections::HashMap;

use llmspell_recovery::{DEPTH, Recovery, Repair};
use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Number, Value};

use super::Reading;
use crate::standard::{room, size};

/// What is being read: a list, or an object with the name that waits for its value.
enum Open {
    List(Vec<Value>),
    Object(Map<String, Value>, Option<String>),
}

/// Counted for each value, beside what is copied.
const EACH: usize = 16;

#[derive(Default)]
struct Builder {
    open: Vec<(Open, usize)>,
    documents: Vec<Value>,
    /// By the numbers that the parser gives them.
    anchors: HashMap<usize, Value>,
    bytes: usize,
}

pub fn read(text: &str, recovery: Recovery) -> Result<Reading, String> {
    let (text, mut repairs) = without_tabs(text.trim_start_matches('\u{feff}'), recovery);
    let mut builder = Builder::default();
    for event in Parser::new_from_str(&text) {
        let (event, span) = event.map_err(|error| format!("it is not YAML: {error}"))?;
        builder
            .take(event)
            .map_err(|what| format!("it is not YAML that can be read: {what} at line {}", span.start.line()))?;
    }
    let mut documents = builder.documents;
    if documents.len() > 1 {
        if recovery < Recovery::BestEffort {
            return Err(format!("it is not one YAML document: there are {}", documents.len()));
        }
        repairs.push(Repair::SeveralValues);
        return Ok(Reading { value: Value::Array(documents), repairs });
    }
    Ok(Reading { value: documents.pop().unwrap_or_default(), repairs })
}

/// YAML indents by spaces alone.
fn without_tabs(text: &str, recovery: Recovery) -> (std::borrow::Cow<'_, str>, Vec<Repair>) {
    let is_indented = |line: &str| line.trim_start_matches(' ').starts_with('\t') && !line.trim().is_empty();
    if recovery == Recovery::Strict || !text.lines().any(is_indented) {
        return (text.into(), Vec::new());
    }
    let mut spaced = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let rest = line.trim_start_matches([' ', '\t']);
        let indentation = line.get(..line.len() - rest.len()).unwrap_or_default();
        spaced.push_str(&indentation.replace('\t', "  "));
        spaced.push_str(rest);
    }
    (spaced.into(), vec![Repair::ControlCharacter])
}

impl Builder {
    fn take(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = style != ScalarStyle::Plain || tag.is_some_and(|tag| tag.suffix == "str");
                let value = if is_text { Value::String(text.into_owned()) } else { plain(&text) };
                self.give(value, anchor)
            }
            Event::SequenceStart(anchor, _) => self.enter(Open::List(Vec::new()), anchor),
            Event::MappingStart(anchor, _) => self.enter(Open::Object(Map::new(), None), anchor),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some((Open::List(items), anchor)) => self.give(Value::Array(items), anchor),
                Some((Open::Object(map, _), anchor)) => self.give(Value::Object(map), anchor),
                None => Ok(()),
            },
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).ok_or("an alias of what is around it")?;
                self.bytes += 16 * size(value);
                room(self.bytes).map_err(|problem| problem.message)?;
                let value = value.clone();
                self.give(value, 0)
            }
            _ => Ok(()),
        }
    }

    fn enter(&mut self, open: Open, anchor: usize) -> Result<(), String> {
        if self.open.len() >= DEPTH {
            return Err(format!("it is nested deeper than {DEPTH}"));
        }
        self.open.push((open, anchor));
        Ok(())
    }

    fn give(&mut self, value: Value, anchor: usize) -> Result<(), String> {
        // A value takes some bytes of its own, however short its text is.
        self.bytes += EACH;
        room(self.bytes).map_err(|problem| problem.message)?;
        if anchor > 0 {
            self.bytes += 16 * size(&value);
            room(self.bytes).map_err(|problem| problem.message)?;
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut() {
            None => self.documents.push(value),
            Some((Open::List(items), _)) => items.push(value),
            Some((Open::Object(map, name), _)) => match name.take() {
                Some(name) => drop(map.insert(name, value)),
                None => *name = Some(key(value)?),
            },
        }
        Ok(())
    }
}

fn key(value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Array(_) | Value::Object(_) => Err("a list or object as a name".into()),
        other => Ok(other.to_string()),
    }
}

/// A word without quotes. What is no number in JSON is null, as elsewhere here; an integer that is too long stays a text.
fn plain(word: &str) -> Value {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return true.into(),
        "false" | "False" | "FALSE" => return false.into(),
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "-.inf" | "-.Inf" | "-.INF" | "+.inf" => {
            return Value::Null;
        }
        _ => {}
    }
    let radix = [("0x", 16), ("0o", 8)];
    if let Some(number) = radix.iter().find_map(|(prefix, radix)| {
        let digits = word.strip_prefix(prefix).filter(|digits| !digits.starts_with(['-', '+']))?;
        i64::from_str_radix(digits, *radix).ok()
    }) {
        return number.into();
    }
    let digits = word.trim_start_matches(['-', '+']);
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') || digits.len() + 1 < word.len() {
        return word.into();
    }
    if digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return word.trim_start_matches('+').parse::<i64>().map_or_else(|_| word.into(), Value::from);
    }
    let is_float = digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    let float = word.parse::<f64>().ok().filter(|_| is_float).and_then(Number::from_f64);
    float.map_or_else(|| word.into(), Value::Number)
}
