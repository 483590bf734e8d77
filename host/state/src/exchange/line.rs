//! The text form of a tenant's state: a line that says what it is, a line for each entry, and a line that closes it.
//!
//! ```json
//! {"format":"llmspell state export 1","tenant":"acme","exported_at":1700000000000}
//! {"scope":"global","key":"visits","value":3}
//! {"scope":"global","key":"token","value":"x","expires_at":1700000060000}
//! {"internal":"rag:notes","key":"d1","value":{}}
//! {"stream":"log","number":1,"at":1700000000000,"body":{"n":1}}
//! {"stream":"log","head":1}
//! {"schema":{"scope":"","version":2,"migrated_at":1700000000000,"history":[]}}
//! {"entries":6,"sha256":"…"}
//! ```
//! Times are milliseconds since 1970. The checksum is that of all bytes before the last line; it may be left out of a file
//! that was edited by hand.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::error::StoreError;
use crate::keys::{self, Space};
use crate::migrate::Schema;
use crate::record;
use crate::value as values;
use llmspell_base::toml_span::shown;

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
struct InternalLine<'a> {
    internal: String,
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
pub fn write(suffix: &[u8], record: Vec<u8>) -> Result<String, StoreError> {
    let (section, name, rest) = keys::suffix(suffix).ok_or_else(|| record::garbled(suffix))?;
    let entry = record::decode(suffix, record)?;
    let garbled = |_| record::garbled(suffix);
    let number =
        || rest.first_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes)).ok_or_else(|| record::garbled(suffix));
    let line = match section {
        keys::VALUES | keys::INTERNAL => {
            let key = std::str::from_utf8(rest).map_err(|_| record::garbled(suffix))?.to_string();
            let text = one_line(&entry.value).map_err(garbled)?;
            let (value, expires_at) = (serde_json::from_str(&text).map_err(garbled)?, entry.expires_at);
            match section {
                keys::VALUES => serde_json::to_string(&ValueLine { scope: name.into(), key, value, expires_at }),
                _ => serde_json::to_string(&InternalLine { internal: name.into(), key, value, expires_at }),
            }
        }
        keys::ITEMS => {
            let (at, body) = entry.value.split_once(':').ok_or_else(|| record::garbled(suffix))?;
            let (at, text) = (at.parse().map_err(|_| record::garbled(suffix))?, one_line(body).map_err(garbled)?);
            let body = serde_json::from_str(&text).map_err(garbled)?;
            serde_json::to_string(&ItemLine { stream: name.into(), number: number()?, at, body })
        }
        keys::HEADS => {
            return write_head(name, entry.value.parse().map_err(|_| record::garbled(suffix))?);
        }
        keys::SCHEMAS => {
            let schema: Schema = serde_json::from_str(&entry.value).map_err(garbled)?;
            serde_json::to_string(&SchemaLine { schema })
        }
        _ => return Err(record::garbled(suffix)),
    };
    line.map_err(garbled)
}

/// The number of a stream's last item.
pub fn write_head(stream: &str, head: u64) -> Result<String, StoreError> {
    serde_json::to_string(&HeadLine { stream: stream.into(), head })
        .map_err(|error| StoreError::Internal(error.to_string()))
}

/// JSON may hold line breaks between its values.
fn one_line(json: &str) -> serde_json::Result<String> {
    if !json.contains(['\n', '\r']) {
        return Ok(json.into());
    }
    let value: Value = serde_json::from_str(json)?;
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
    let wrong = |error: serde_json::Error| llmspell_base::nearest::explain(&error.to_string());
    // A tenant and a generation of no matter: only what stands behind them counts.
    let space = Space::new("", 0);
    let entry = |key: Vec<u8>, expires_at: Option<u64>, text: &str| {
        let suffix = keys::label(&key).to_vec();
        let record = record::encode(&suffix, 0, expires_at, text);
        Ok(Line::Entry(suffix, record))
    };
    let free = |stream: &str| match stream.starts_with(keys::MEMORY) {
        true => Err(format!("the stream '{}' is a session's memory, which is no part of an export", shown(stream))),
        false => keys::check("", stream, "").map_err(|problem| problem.to_string()),
    };
    let named = |scope: &str, key: &str| keys::check("", scope, key).map_err(|problem| problem.to_string());
    if has("entries") {
        return serde_json::from_str(line).map(Line::End).map_err(wrong);
    }
    if has("schema") {
        let SchemaLine { schema } = serde_json::from_str(line).map_err(wrong)?;
        named(&schema.scope, "")?;
        return entry(space.schema(&schema.scope), None, &json!(schema).to_string());
    }
    if has("stream") && has("head") {
        let HeadLine { stream, head } = serde_json::from_str(line).map_err(wrong)?;
        free(&stream)?;
        return entry(space.head(&stream), None, &head.to_string());
    }
    if has("stream") {
        let ItemLine { stream, number, at, body } = serde_json::from_str(line).map_err(wrong)?;
        free(&stream)?;
        return entry(space.item(&stream, number), None, &format!("{at}:{}", body.get()));
    }
    if has("internal") {
        let InternalLine { internal, key, value, expires_at } = serde_json::from_str(line).map_err(wrong)?;
        keys::check_names(&internal, Some(&key)).map_err(|problem| problem.to_string())?;
        let place = space.value_in(keys::INTERNAL, &internal, &key);
        return entry(place, expires_at.map(|at| at.max(1)), value.get());
    }
    if has("scope") || has("key") {
        let ValueLine { scope, key, value, expires_at } = serde_json::from_str(line).map_err(wrong)?;
        keys::check_names(&scope, Some(&key)).map_err(|problem| problem.to_string())?;
        values::check(value.get())?;
        return entry(space.value(&scope, &key), expires_at.map(|at| at.max(1)), value.get());
    }
    Err("it is no line of an export: it holds none of 'scope', 'internal', 'stream', 'schema' and 'entries'".into())
}
