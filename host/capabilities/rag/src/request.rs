//! What a spell asks of a collection, from what it wrote.

use std::sync::Arc;

use serde_json::{Map, Value};

use llmspell_base::fields::Fields;
use llmspell_base::{Code, Failure};
use llmspell_retrieval::{Filter, Mode};

use crate::settings::{Wanted, word};

/// A document to be ingested.
#[derive(Debug)]
pub struct Given {
    pub id: Option<String>,
    pub content: Content,
    pub format: Option<DocumentFormat>,
    pub source: Option<String>,
    pub metadata: Map<String, Value>,
}

/// Where its text is.
#[derive(Debug)]
pub enum Content {
    Text(String),
    File(String),
}

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentFormat {
    Text,
    Markdown,
    Html,
    Csv,
    Code,
    Docx,
}

const FORMATS: [(&str, DocumentFormat); 6] = [
    ("text", DocumentFormat::Text),
    ("markdown", DocumentFormat::Markdown),
    ("html", DocumentFormat::Html),
    ("csv", DocumentFormat::Csv),
    ("code", DocumentFormat::Code),
    ("docx", DocumentFormat::Docx),
];

/// What a search is to do.
#[derive(Debug)]
pub struct Search {
    pub limit: usize,
    pub mode: Option<Mode>,
    pub filter: Arc<Filter>,
    pub threshold: Option<f32>,
    pub diversity: Option<f64>,
    pub rerank: Rerank,
    pub turns: Vec<String>,
    pub boost: f64,
    pub explain: bool,
}

/// By which model results are ordered anew.
#[derive(Debug, PartialEq, Eq)]
pub enum Rerank {
    No,
    /// It was asked for, and no model was named.
    Unnamed,
    By(String),
}

/// Which documents are meant.
#[derive(Debug)]
pub enum Which {
    Ids(Vec<String>),
    Filter(Filter),
}

pub const MOST_DOCUMENTS: usize = 1_000;
const ID_BYTES: usize = 1_024;
const SOURCE_BYTES: usize = 4_096;
const METADATA_BYTES: usize = 16 << 10;
const QUERY_BYTES: usize = 64 << 10;
const MOST_TURNS: usize = 100;
const MOST_IDS: usize = 10_000;

/// The settings that an object holds.
pub fn settings(json: &str) -> Result<Wanted, Failure> {
    let mut fields = Fields::parse("the settings", json)?;
    let wanted = Wanted::take(&mut fields)?;
    fields.end()?;
    Ok(wanted)
}

/// The documents of a list.
pub fn documents(json: &str) -> Result<Vec<Given>, Failure> {
    let list = match serde_json::from_str(json) {
        Ok(Value::Array(list)) => list,
        // An empty table of Lua.
        Ok(Value::Object(map)) if map.is_empty() => Vec::new(),
        Ok(_) => return Err(Failure::invalid("the documents must be a list")),
        Err(error) => return Err(Failure::invalid(format!("the documents are not valid JSON: {error}"))),
    };
    if list.len() > MOST_DOCUMENTS {
        let message = format!("{} documents at once; at most {MOST_DOCUMENTS} are allowed", list.len());
        return Err(Failure::new(Code::TooLarge, message));
    }
    list.into_iter().enumerate().map(|(number, one)| document(number + 1, one)).collect()
}

fn document(number: usize, value: Value) -> Result<Given, Failure> {
    let mut fields = Fields::of(format!("document {number}"), value)?;
    let wrong = |what: String| Err(Failure::invalid(format!("document {number}: {what}")));
    let (id, source) = (fields.text("id")?, fields.text("source")?);
    for (name, text, most) in [("id", &id, ID_BYTES), ("source", &source, SOURCE_BYTES)] {
        if let Some(text) = text
            && !(1..=most).contains(&text.len())
        {
            return wrong(format!("'{name}' has {} bytes; 1 to {most} are allowed", text.len()));
        }
    }
    let content = match (fields.text("text")?, fields.text("file")?) {
        (Some(text), None) => Content::Text(text),
        (None, Some(file)) => Content::File(file),
        (None, None) => return wrong("it has neither `text` nor `file`".into()),
        (Some(_), Some(_)) => return wrong("it has both `text` and `file`".into()),
    };
    if matches!(&content, Content::Text(text) if text.trim().is_empty()) {
        return wrong("its text is empty".into());
    }
    let format = word(&mut fields, "format", &FORMATS)?;
    let metadata = match fields.take("metadata") {
        None => Map::new(),
        Some(Value::Object(metadata)) => metadata,
        Some(Value::Array(none)) if none.is_empty() => Map::new(),
        Some(other) => return Err(fields.wrong("metadata", "an object", &other)),
    };
    fields.end()?;
    let bytes = Value::Object(metadata.clone()).to_string().len();
    if bytes > METADATA_BYTES {
        return wrong(format!("its metadata takes {bytes} bytes; at most {METADATA_BYTES} are allowed"));
    }
    Ok(Given { id, content, format, source, metadata })
}

/// A query that can be looked for.
pub fn query(text: &str) -> Result<(), Failure> {
    if text.trim().is_empty() {
        return Err(Failure::invalid("the query is empty"));
    }
    if text.len() > QUERY_BYTES {
        let message = format!("the query has {} bytes; at most {QUERY_BYTES} are allowed", text.len());
        return Err(Failure::new(Code::TooLarge, message));
    }
    Ok(())
}

/// The options of a search.
pub fn search(json: &str) -> Result<Search, Failure> {
    let mut fields = Fields::parse("the options", json)?;
    let rerank = match fields.take("rerank") {
        None | Some(Value::Bool(false)) => Rerank::No,
        Some(Value::Bool(true)) => Rerank::Unnamed,
        Some(Value::String(model)) => Rerank::By(model),
        Some(other) => return Err(fields.wrong("rerank", "a model's name or false", &other)),
    };
    let search = Search {
        limit: fields.whole("limit", 1..=100)?.unwrap_or(10) as usize,
        mode: word(&mut fields, "search", &Mode::ALL)?,
        filter: filter(&mut fields)?.unwrap_or(Filter::All(Vec::new())).into(),
        threshold: fields.number("threshold", -1e15..=1e15)?.map(|least| least as f32),
        diversity: fields.number("diversity", 0.0..=1.0)?.map(|diversity| 1.0 - diversity),
        rerank,
        turns: fields.texts("turns", MOST_TURNS)?,
        boost: fields.number("boost", 1.0..=10.0)?.unwrap_or(1.2),
        explain: fields.flag("explain")?.unwrap_or(false),
    };
    fields.end()?;
    Ok(search)
}

/// Which documents an object means.
pub fn which(json: &str) -> Result<Which, Failure> {
    let mut fields = Fields::parse("what is to be deleted", json)?;
    let has_ids = fields.has(&["ids"]);
    let (ids, filter) = (fields.texts("ids", MOST_IDS)?, filter(&mut fields)?);
    fields.end()?;
    match (has_ids, filter) {
        (true, None) => Ok(Which::Ids(ids)),
        (false, Some(filter)) => Ok(Which::Filter(filter)),
        _ => Err(Failure::invalid("what is to be deleted: give `ids` or `filter`, one of them")),
    }
}

fn filter(fields: &mut Fields) -> Result<Option<Filter>, Failure> {
    fields.take("filter").map(|filter| Filter::read(&filter).map_err(Failure::invalid)).transpose()
}
