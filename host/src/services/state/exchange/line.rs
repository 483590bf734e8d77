//! The text form of a tenant's state: a line that says what it is, a line for each entry, and a line that closes it.
//!
//! ```json
//! {"format":"llmspell state export 1","tenant":"acme","exported_at":1700000000000}
//! {"scope":"global","key":"visits","value":3}
//! {"scope":"global","key":"token","value":"x","expires_at":1700000060000}
//! {"stream":"log","number":1,"at":1700000000000,"body":{"n":1}}
//! {"stream":"log","head":1}
//! {"schema":{"scope":"","version":2,"migrated_at":1700000000000,"history":[]}}
//! {"entries":5,"sha256":"…"}
//! ```
//! Times are milliseconds since 1970. The checksum is that of all bytes before the last line; who edits a file by hand
//! leaves it out.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::super::keys::{self, Space};
use super::super::migrate::Schema;
use super::super::{Problem, record};

pub const FORMAT: &str = "llmspell state export 1";

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    pub format: String,
    #[serde(default)]
    pub tenant: String,
    #[serde(default)]
    pub exported_at: u64,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    pub entries: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ValueLine<'a> {
    scope: String,
    key: String,
    #[serde(borrow)]
    value: &'a RawValue,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<u64>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ItemLine<'a> {
    stream: String,
    number: u64,
    at: u64,
    #[serde(borrow)]
    body: &'a RawValue,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct HeadLine {
    stream: String,
    head: u64,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SchemaLine {
    schema: Schema,
}

/// An entry of a store, as a line. `suffix` is its key without tenant and generation.
pub fn write(suffix: &[u8], record: Vec<u8>) -> Result<String, Problem> {
    let (section, name, rest) = keys::suffix(suffix).ok_or_else(record::garbled)?;
    let entry = record::decode(record)?;
    let garbled = |_| record::garbled();
    let number = || rest.first_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes)).ok_or_else(record::garbled);
    let line = match section {
        keys::VALUES => {
            let key = std::str::from_utf8(rest).map_err(|_| record::garbled())?.to_string();
            let text = one_line(&entry.value)?;
            let value = serde_json::from_str(&text).map_err(garbled)?;
            serde_json::to_string(&ValueLine { scope: name.into(), key, value, expires_at: entry.expires_at })
        }
        keys::ITEMS => {
            let (at, body) = entry.value.split_once(':').ok_or_else(record::garbled)?;
            let (at, text) = (at.parse().map_err(|_| record::garbled())?, one_line(body)?);
            let body = serde_json::from_str(&text).map_err(garbled)?;
            serde_json::to_string(&ItemLine { stream: name.into(), number: number()?, at, body })
        }
        keys::HEADS => {
            let head = entry.value.parse().map_err(|_| record::garbled())?;
            serde_json::to_string(&HeadLine { stream: name.into(), head })
        }
        keys::SCHEMAS => {
            let schema: Schema = serde_json::from_str(&entry.value).map_err(garbled)?;
            serde_json::to_string(&SchemaLine { schema })
        }
        _ => return Err(record::garbled()),
    };
    line.map_err(garbled)
}

/// JSON may hold line breaks between its values.
fn one_line(json: &str) -> Result<String, Problem> {
    if !json.contains(['\n', '\r']) {
        return Ok(json.into());
    }
    let value: Value = serde_json::from_str(json).map_err(|_| record::garbled())?;
    Ok(value.to_string())
}

/// What a line of a file holds.
pub enum Line {
    /// The suffix and the record of an entry.
    Entry(Vec<u8>, Vec<u8>),
    End(End),
}

/// Reads a line behind the first one; what is wrong with it is told without the line's number.
pub fn read(line: &str) -> Result<Line, String> {
    // The start tells which kind of line it is, so that what is wrong with that kind is told and not what it is not.
    let kinds: Value = serde_json::from_str(line).map_err(|error| format!("it is not JSON: {error}"))?;
    let has = |name: &str| kinds.get(name).is_some();
    let wrong = |error: serde_json::Error| crate::nearest::explain(&error.to_string());
    // A tenant and a generation of no matter: only what stands behind them counts.
    let space = Space::new("", 0);
    let behind = |key: Vec<u8>| key.get(space.len()..).unwrap_or_default().to_vec();
    let named = |scope: &str, key: &str| keys::check("", scope, key).map_err(|problem| problem.to_string());
    if has("entries") {
        return serde_json::from_str(line).map(Line::End).map_err(wrong);
    }
    if has("schema") {
        let SchemaLine { schema } = serde_json::from_str(line).map_err(wrong)?;
        named(&schema.scope, "")?;
        let record = record::encode(0, None, &json!(schema).to_string());
        return Ok(Line::Entry(behind(space.schema(&schema.scope)), record));
    }
    if has("stream") && has("head") {
        let HeadLine { stream, head } = serde_json::from_str(line).map_err(wrong)?;
        named(&stream, "")?;
        return Ok(Line::Entry(behind(space.head(&stream)), record::encode(0, None, &head.to_string())));
    }
    if has("stream") {
        let ItemLine { stream, number, at, body } = serde_json::from_str(line).map_err(wrong)?;
        named(&stream, "")?;
        let record = record::encode(0, None, &format!("{at}:{}", body.get()));
        return Ok(Line::Entry(behind(space.item(&stream, number)), record));
    }
    if has("scope") || has("key") {
        let ValueLine { scope, key, value, expires_at } = serde_json::from_str(line).map_err(wrong)?;
        named(&scope, &key)?;
        let expires_at = expires_at.map(|at| at.max(1));
        return Ok(Line::Entry(behind(space.value(&scope, &key)), record::encode(0, expires_at, value.get())));
    }
    Err("it is no line of an export: it holds none of 'scope', 'stream', 'schema' and 'entries'".into())
}
