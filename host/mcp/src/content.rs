//! What a tool's answer is for a spell and a model.

use llmspell_base::text::invisible;
use llmspell_base::{Code, Failure};
use llmspell_capability_tool::schema::Unfit;
use serde_json::{Map, Value, json};

use crate::config::Server;
use crate::error::McpError;
use crate::listing::Offer;

/// Bytes of what a tool says of its failure.
const LONGEST_ERROR: usize = 4 << 10;

/// The structured result if there is one; else the text; else an object whose `content` lists the parts.
pub async fn value(server: &Server, offer: &Offer, answer: Value) -> Result<Value, Failure> {
    let bytes = answer.to_string().len();
    if bytes > server.max_result {
        return Err(McpError::TooLarge { server: server.name.clone(), bytes, most: server.max_result }.into());
    }
    let odd = |what: &str| Failure::from(McpError::Answer { server: server.name.clone(), what: what.into() });
    let Value::Object(mut answer) = answer else { return Err(odd("a result that is no object")) };
    let content = match answer.remove("content") {
        Some(Value::Array(content)) => content,
        None | Some(Value::Null) => Vec::new(),
        Some(_) => return Err(odd("a result whose content is no list")),
    };
    if answer.get("isError").is_some_and(|flag| *flag == Value::Bool(true)) {
        return Err(failure(&content));
    }
    match answer.remove("structuredContent") {
        None | Some(Value::Null) => Ok(parts(content)),
        Some(structured) => {
            let Some(schema) = offer.output.as_ref().filter(|schema| schema.is_usable()) else { return Ok(structured) };
            let (structured, checked) = schema.check_apart(structured).await;
            let (Unfit::Invalid(why) | Unfit::TooLarge(why)) = match checked {
                Ok(()) => return Ok(structured),
                Err(unfit) => unfit,
            };
            Err(odd(&format!("a result that does not fit the schema that it gave: {why}")))
        }
    }
}

/// The tool's own words, which a model can act on.
fn failure(content: &[Value]) -> Failure {
    let mut text: String = texts(content).join("\n");
    text.retain(|sign| !invisible(sign) || matches!(sign, '\n' | '\t'));
    text.truncate(text.floor_char_boundary(LONGEST_ERROR));
    if text.trim().is_empty() {
        text = "the tool failed and did not say why".into();
    }
    Failure::new(Code::Tool, text)
}

fn texts(content: &[Value]) -> Vec<&str> {
    let text = |part: &&Value| part.get("type").is_some_and(|kind| kind == "text");
    content.iter().filter(text).filter_map(|part| part.get("text")?.as_str()).collect()
}

fn parts(content: Vec<Value>) -> Value {
    let text = texts(&content);
    if text.len() == content.len() {
        return text.join("\n").into();
    }
    let text = text.join("\n");
    let parts: Vec<Value> = content.into_iter().filter_map(part).collect();
    json!({ "text": text, "content": parts })
}

/// One part in the words of spells. What is no part is left out.
fn part(part: Value) -> Option<Value> {
    let Value::Object(mut part) = part else { return None };
    let kind = part.get("type")?.as_str()?.to_owned();
    let mut shown = Map::from_iter([("type".to_owned(), Value::from(kind.as_str()))]);
    if kind == "resource" {
        let Some(Value::Object(resource)) = part.remove("resource") else { return None };
        part = resource;
    }
    for (from, to) in FIELDS {
        if let Some(value @ Value::String(_)) = part.remove(*from) {
            shown.insert((*to).to_owned(), value);
        }
    }
    KINDS.contains(&kind.as_str()).then_some(Value::Object(shown))
}

const KINDS: &[&str] = &["text", "image", "audio", "resource", "resource_link"];

/// Fields of parts, as the protocol and as spells have them. `data` is base64.
const FIELDS: &[(&str, &str)] = &[
    ("text", "text"),
    ("data", "data"),
    ("blob", "data"),
    ("mimeType", "mime_type"),
    ("uri", "uri"),
    ("name", "name"),
    ("title", "title"),
    ("description", "description"),
];
