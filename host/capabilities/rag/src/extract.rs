//! The text of a document, from what it is given as.

use serde_json::json;

use llmspell_base::{Code, Failure};
use llmspell_capability_file::Files;
use llmspell_kernel::{CallContext, Result};
use llmspell_policy::Right;
use llmspell_policy::audit::block_in_place_if_multithreaded;
use llmspell_retrieval::{Format, MOST_TEXT, csv, docx, html};

use crate::request::{Content, DocumentFormat, Given};

/// The text of a document and what it is now.
pub struct Extracted {
    pub text: String,
    pub format: Format,
}

/// Reads a document's text, in the format that it says or that its name says. What has neither is Markdown, as which plain
/// text reads well.
pub async fn extract(number: usize, given: &Given, cx: &CallContext) -> Result<Extracted> {
    let at = |failure: Failure| Failure { message: format!("document {number}: {}", failure.message), ..failure };
    let format = given.format.or_else(|| by_name(given)).unwrap_or(DocumentFormat::Markdown);
    let bytes = match &given.content {
        Content::Text(text) => text.clone().into_bytes(),
        Content::File(path) => read(path, cx).await.map_err(at)?,
    };
    let extracted = block_in_place_if_multithreaded(|| convert(bytes, format)).map_err(at)?;
    if extracted.text.trim().is_empty() {
        return Err(at(Failure::invalid("there is no text in it")));
    }
    Ok(extracted)
}

fn convert(bytes: Vec<u8>, format: DocumentFormat) -> Result<Extracted> {
    if bytes.starts_with(b"%PDF-") {
        return Err(Failure::invalid("PDF is not read here: convert it to text with a tool, and give that"));
    }
    if format == DocumentFormat::Docx {
        return Ok(Extracted { text: docx(&bytes).map_err(wrong)?, format: Format::Markdown });
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::invalid("it is no text in UTF-8: convert it with a tool, and give its text"))?;
    if text.len() > MOST_TEXT {
        let message = format!("it has {} bytes; at most {MOST_TEXT} are allowed: divide it", text.len());
        return Err(Failure::new(Code::TooLarge, message));
    }
    let (text, format) = match format {
        DocumentFormat::Html => (html(&text).map_err(wrong)?, Format::Markdown),
        DocumentFormat::Csv => (csv(&text).map_err(wrong)?, Format::Text),
        DocumentFormat::Markdown | DocumentFormat::Docx => (text, Format::Markdown),
        DocumentFormat::Text => (text, Format::Text),
        DocumentFormat::Code => (text, Format::Code),
    };
    Ok(Extracted { text, format })
}

fn wrong(what: String) -> Failure {
    let code = if what.contains("more than") { Code::TooLarge } else { Code::Invalid };
    Failure::new(code, what)
}

async fn read(path: &str, cx: &CallContext) -> Result<Vec<u8>> {
    let files = cx.offered::<Files>()?;
    let at = files.locate(Right::READ, path);
    let call = cx.call("file.read", || json!({ "path": path })).needs(at.permission()).begin();
    let call = call.await.map_err(|failure| at.told(failure))?;
    let contents = files.read(&at, cx).await;
    let bytes = contents.as_ref().map(|contents| json!(contents.bytes.len())).map_err(Clone::clone);
    call.settle_value(bytes).map_err(|failure| at.told(failure))?;
    contents.map(|contents| contents.bytes).map_err(|failure| at.told(failure))
}

/// By the end of its file's name, or of its source's.
fn by_name(given: &Given) -> Option<DocumentFormat> {
    let name = match &given.content {
        Content::File(path) => path,
        Content::Text(_) => given.source.as_ref()?,
    };
    let (_, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    ENDINGS.iter().find(|(endings, _)| endings.contains(&ending.as_str())).map(|(_, format)| *format)
}

const ENDINGS: &[(&[&str], DocumentFormat)] = &[
    (&["md", "markdown", "mdx"], DocumentFormat::Markdown),
    (&["html", "htm", "xhtml"], DocumentFormat::Html),
    (&["csv", "tsv"], DocumentFormat::Csv),
    (&["docx"], DocumentFormat::Docx),
    (&["txt", "text", "log", "rst"], DocumentFormat::Text),
    (
        &[
            "rs", "py", "js", "ts", "tsx", "jsx", "lua", "c", "h", "cpp", "hpp", "go", "java", "rb", "php", "sh",
            "sql", "kt", "swift", "cs", "scala", "toml", "yaml", "yml", "json", "css",
        ],
        DocumentFormat::Code,
    ),
];
