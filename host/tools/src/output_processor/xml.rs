//! XML as values: an element is an object of its attributes ("@name"), its elements by name (a list where there are several of
//! one), and its text ("#text"). One that has only text is that text.

use llmspell_recovery::{DEPTH, Recovery, Repair};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value};

use super::Reading;
use crate::standard::room;

struct Element {
    name: String,
    fields: Map<String, Value>,
    text: String,
}

struct Builder {
    open: Vec<Element>,
    roots: Vec<(String, Value)>,
    recovery: Recovery,
    repairs: Vec<Repair>,
    bytes: usize,
}

pub fn read(text: &str, recovery: Recovery) -> Result<Reading, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut builder = Builder { open: Vec::new(), roots: Vec::new(), recovery, repairs: Vec::new(), bytes: 0 };
    let start = text.find('<').ok_or("it is not XML: there is no element in it")?;
    let prose = text.get(..start).unwrap_or_default();
    if !prose.trim().is_empty() {
        builder.note(Repair::Prose).map_err(|what| format!("it is not XML: {what} before the first element"))?;
    }
    let mut reader = Reader::from_str(text.get(start..).unwrap_or_default());
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    reader.config_mut().allow_dangling_amp = recovery > Recovery::Strict;
    loop {
        let wrong = |reader: &Reader<&[u8]>, what: &str| {
            let at = usize::try_from(reader.buffer_position()).unwrap_or_default();
            let line = text.get(..start + at).unwrap_or(text).matches('\n').count() + 1;
            format!("it is not XML: {what} at line {line}")
        };
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => match builder.take(event) {
                Ok(true) => {}
                // What stands behind the element is prose.
                Ok(false) => break,
                Err(what) => return Err(wrong(&reader, &what)),
            },
            Err(_) if recovery == Recovery::BestEffort && !(builder.open.is_empty() && builder.roots.is_empty()) => {
                builder.note(Repair::CutOff)?;
                break;
            }
            Err(error) => return Err(wrong(&reader, &error.to_string())),
        }
    }
    while let Some(element) = builder.open.last() {
        let what = format!("'<{}>' is not closed", element.name);
        builder.note(Repair::CutOff).map_err(|_| format!("it is not XML: {what}"))?;
        builder.close();
    }
    let (name, value) = builder.roots.into_iter().next().ok_or("it is not XML: there is no element in it")?;
    Ok(Reading { value: Value::Object(Map::from_iter([(name, value)])), repairs: builder.repairs })
}

impl Builder {
    fn note(&mut self, repair: Repair) -> Result<(), String> {
        if self.recovery < repair.needs() || self.recovery == Recovery::Strict {
            return Err(format!("there is {}", repair.found()));
        }
        if !self.repairs.contains(&repair) {
            self.repairs.push(repair);
        }
        Ok(())
    }

    /// Whether the text goes on to be XML.
    fn take(&mut self, event: Event<'_>) -> Result<bool, String> {
        match event {
            Event::Start(start) => self.enter(&start)?,
            Event::Empty(start) => {
                self.enter(&start)?;
                self.close();
            }
            Event::End(end) => self.leave(end.name().as_ref())?,
            Event::Text(text) => return self.text(&text),
            Event::CData(text) => return self.text(&text),
            Event::GeneralRef(reference) => {
                let name: &str = &reference;
                let letter = match reference.resolve_char_ref() {
                    Ok(Some(letter)) => Some(letter.to_string()),
                    _ => quick_xml::escape::resolve_predefined_entity(name).map(String::from),
                };
                if letter.is_none() {
                    self.note(Repair::Escape)?;
                }
                return self.text(&letter.unwrap_or_else(|| format!("&{name};")));
            }
            Event::DocType(_) => return Err("a document type is not read".into()),
            _ => {}
        }
        Ok(true)
    }

    fn enter(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        if self.open.is_empty() && !self.roots.is_empty() {
            self.note(Repair::SeveralValues)?;
        }
        if self.open.len() >= DEPTH {
            return Err(format!("it is nested deeper than {DEPTH}"));
        }
        let mut fields = Map::new();
        let is_strict = self.recovery == Recovery::Strict;
        let mut attributes = if is_strict { start.attributes() } else { start.html_attributes() };
        for attribute in attributes.with_checks(is_strict) {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let name: &str = attribute.key.as_ref();
            let raw: &str = &attribute.value;
            let value = quick_xml::escape::unescape(raw).map_or_else(|_| raw.to_owned(), std::borrow::Cow::into_owned);
            self.bytes += name.len() + value.len() + 64;
            fields.insert(format!("@{name}"), value.into());
        }
        let name = String::from(start.name().as_ref());
        self.bytes += name.len() + 64;
        room(self.bytes).map_err(|problem| problem.message)?;
        self.open.push(Element { name, fields, text: String::new() });
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<bool, String> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => {
                self.note(Repair::Prose)?;
                return Ok(self.roots.is_empty());
            }
        }
        Ok(true)
    }

    fn leave(&mut self, name: &str) -> Result<(), String> {
        let is_own = self.open.last().is_some_and(|element| element.name == name);
        if !is_own {
            let own = self.open.last().map_or_else(|| "nothing".into(), |element| format!("'<{}>'", element.name));
            self.note(Repair::MissingBracket).map_err(|_| format!("'</{name}>' closes {own}"))?;
            // It closes what it names, or nothing.
            if !self.open.iter().any(|element| element.name == name) {
                return Ok(());
            }
            while self.open.last().is_some_and(|element| element.name != name) {
                self.close();
            }
        }
        self.close();
        Ok(())
    }

    fn close(&mut self) {
        let Some(mut element) = self.open.pop() else { return };
        let text = element.text.trim();
        let value = if element.fields.is_empty() {
            Value::String(text.to_owned())
        } else {
            if !text.is_empty() {
                element.fields.insert("#text".into(), text.into());
            }
            Value::Object(element.fields)
        };
        let Some(parent) = self.open.last_mut() else {
            self.roots.push((element.name, value));
            return;
        };
        match parent.fields.get_mut(&element.name) {
            None => drop(parent.fields.insert(element.name, value)),
            Some(Value::Array(items)) => items.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
        }
    }
}
