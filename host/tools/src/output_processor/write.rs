//! A value as a text of a format.

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Map, Value};

use super::Format;
use crate::standard::{Problem, room};

pub fn write(value: &Value, format: Format, indent: usize, names: &[String]) -> Result<String, Problem> {
    let mut text = String::new();
    match format {
        Format::Json if indent == 0 => text = value.to_string(),
        Format::Json => text = indented(value, indent)?,
        Format::Plain => text = plain(value),
        Format::Yaml => yaml(value, 0, &mut text)?,
        Format::Xml => xml(value, &mut text)?,
        Format::Markdown => markdown(value, 0, &mut text, names)?,
        Format::Csv => text = csv(value, names)?,
    }
    room(text.len())?;
    Ok(text)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), String::from)
}

fn indented(value: &Value, indent: usize) -> Result<String, Problem> {
    let spaces = " ".repeat(indent);
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(spaces.as_bytes()));
    let written = value.serialize(&mut serializer);
    written.map_err(|error| Problem::invalid(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| Problem::invalid(error.to_string()))
}

/// JSON's texts are texts of YAML as well, so whatever could mean something else is written so.
fn yaml(value: &Value, depth: usize, text: &mut String) -> Result<(), Problem> {
    room(text.len())?;
    let indentation = "  ".repeat(depth);
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (name, value) in map {
                text.push_str(&format!("{indentation}{}:", word(name)));
                inner(value, depth, text)?;
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                text.push_str(&format!("{indentation}-"));
                inner(item, depth, text)?;
            }
        }
        Value::String(plain) => text.push_str(&format!("{indentation}{}\n", word(plain))),
        other => text.push_str(&format!("{indentation}{other}\n")),
    }
    Ok(())
}

fn inner(value: &Value, depth: usize, text: &mut String) -> Result<(), Problem> {
    let is_block = matches!(value, Value::Object(map) if !map.is_empty())
        || matches!(value, Value::Array(items) if !items.is_empty());
    text.push(if is_block { '\n' } else { ' ' });
    yaml(value, if is_block { depth + 1 } else { 0 }, text)
}

fn word(text: &str) -> String {
    let reserved = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let is_plain = text.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && text.chars().all(|letter| letter.is_alphanumeric() || " _-./".contains(letter))
        && !text.ends_with(' ')
        && !reserved.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_plain { text.to_owned() } else { Value::from(text).to_string() }
}

fn xml(value: &Value, text: &mut String) -> Result<(), Problem> {
    match value {
        // What `read` gives of XML: the one element.
        Value::Object(map) if map.len() == 1 && map.values().all(|inner| !inner.is_array()) => {
            map.iter().try_for_each(|(name, inner)| element(name, inner, text))
        }
        other => element("root", other, text),
    }
}

fn element(name: &str, value: &Value, text: &mut String) -> Result<(), Problem> {
    room(text.len())?;
    let is_name = name.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_alphanumeric() || "_-.:".contains(letter));
    if !is_name {
        return Err(Problem::invalid(format!("an element of XML can't be called {}", Value::from(name))));
    }
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| element(name, item, text)),
        Value::Object(map) => {
            text.push_str(&format!("<{name}"));
            for (attribute, value) in map.iter().filter_map(|(key, value)| Some((key.strip_prefix('@')?, value))) {
                text.push_str(&format!(" {attribute}=\"{}\"", quick_xml::escape::escape(plain(value))));
            }
            text.push('>');
            for (name, value) in map.iter().filter(|(key, _)| !key.starts_with('@')) {
                if name == "#text" {
                    text.push_str(&quick_xml::escape::escape(plain(value)))
                } else {
                    element(name, value, text)?
                }
            }
            text.push_str(&format!("</{name}>"));
            Ok(())
        }
        Value::Null => {
            text.push_str(&format!("<{name}/>"));
            Ok(())
        }
        other => {
            text.push_str(&format!("<{name}>{}</{name}>", quick_xml::escape::escape(plain(other))));
            Ok(())
        }
    }
}

/// The names that are wanted, or those of all rows, in the order in which they are met.
fn columns<'a>(rows: &'a [Value], wanted: &'a [String]) -> Option<Vec<&'a str>> {
    let rows: Vec<&Map<String, Value>> = rows.iter().map(Value::as_object).collect::<Option<_>>()?;
    if !wanted.is_empty() {
        return Some(wanted.iter().map(String::as_str).collect());
    }
    let mut seen = std::collections::HashSet::new();
    let names = rows
        .iter()
        .flat_map(|row| row.keys())
        .map(String::as_str)
        .filter(|name| seen.insert(*name))
        .collect::<Vec<_>>();
    (!names.is_empty()).then_some(names)
}

fn csv(value: &Value, names: &[String]) -> Result<String, Problem> {
    let rows = match value {
        Value::Array(rows) => rows.as_slice(),
        object => std::slice::from_ref(object),
    };
    let names = columns(rows, names).ok_or_else(|| Problem::invalid("CSV is written of a list of objects"))?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let wrong = |error: csv::Error| Problem::invalid(error.to_string());
    writer.write_record(&names).map_err(wrong)?;
    let mut bytes = 0;
    for row in rows {
        let fields: Vec<String> = names.iter().map(|name| cell(row.get(name))).collect();
        bytes += fields.iter().map(|field| field.len() + 1).sum::<usize>();
        room(bytes)?;
        writer.write_record(&fields).map_err(wrong)?;
    }
    let bytes = writer.into_inner().map_err(|error| Problem::invalid(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| Problem::invalid(error.to_string()))
}

fn cell(value: Option<&Value>) -> String {
    value.filter(|value| !value.is_null()).map(plain).unwrap_or_default()
}

/// A list of objects is a table, another list a list, an object a list of its fields.
fn markdown(value: &Value, depth: usize, text: &mut String, names: &[String]) -> Result<(), Problem> {
    room(text.len())?;
    let indentation = "  ".repeat(depth);
    match value {
        Value::Array(items) if depth == 0 && columns(items, names).is_some() => table(items, text, names)?,
        Value::Array(items) => {
            for item in items {
                line(&format!("{indentation}-"), item, depth, text)?;
            }
        }
        Value::Object(map) => {
            for (name, value) in map {
                line(&format!("{indentation}- **{name}**:"), value, depth, text)?;
            }
        }
        other => text.push_str(&format!("{indentation}{}\n", plain(other))),
    }
    Ok(())
}

fn line(start: &str, value: &Value, depth: usize, text: &mut String) -> Result<(), Problem> {
    text.push_str(start);
    if value.is_array() || value.is_object() {
        text.push('\n');
        return markdown(value, depth + 1, text, &[]);
    }
    text.push_str(&format!(" {}\n", plain(value)));
    Ok(())
}

fn table(rows: &[Value], text: &mut String, names: &[String]) -> Result<(), Problem> {
    let names = columns(rows, names).unwrap_or_default();
    let field = |text: &str| text.replace('|', "\\|").replace(['\n', '\r'], " ");
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    text.push_str(&row(names.iter().map(|name| field(name)).collect()));
    text.push_str(&format!("|{}\n", " --- |".repeat(names.len())));
    for object in rows {
        text.push_str(&row(names.iter().map(|name| field(&cell(object.get(name)))).collect()));
        room(text.len())?;
    }
    Ok(())
}
