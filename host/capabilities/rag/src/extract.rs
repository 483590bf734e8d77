//! The text of a document, from what it is given as.

use serde_json::json;

use llmspell_base::{Code, Failure};
use llmspell_capability_file::Files;
use llmspell_kernel::{CallContext, Result};
use llmspell_policy::Right;
use llmspell_retrieval::Format;

use crate::request::{Content, DocumentFormat, Given};

/// The text of a document and what it is now.
pub struct Extracted {
    pub text: String,
    pub format: Format,
}

/// Reads a document's text. A file's is decoded as UTF-8 and nothing else.
pub async fn extract(number: usize, given: &Given, cx: &CallContext) -> Result<Extracted> {
    let format = given.format.or_else(|| by_name(given));
    let text = match &given.content {
        Content::Text(text) => text.clone(),
        Content::File(path) => read(number, path, cx).await?,
    };
    let at = |failure: Failure| Failure { message: format!("document {number}: {}", failure.message), ..failure };
    match format {
        Some(DocumentFormat::Html) | Some(DocumentFormat::Csv) => Err(at(Failure::invalid("not yet"))),
        Some(DocumentFormat::Code) => Ok(Extracted { text, format: Format::Code }),
        Some(DocumentFormat::Text) => Ok(Extracted { text, format: Format::Text }),
        Some(DocumentFormat::Markdown) | None => Ok(Extracted { text, format: Format::Markdown }),
    }
}

async fn read(number: usize, path: &str, cx: &CallContext) -> Result<String> {
    let files = cx.offered::<Files>()?;
    let at = files.locate(Right::READ, path);
    let call = cx.call("file.read", || json!({ "path": path })).needs(at.permission()).begin();
    let work = async {
        let call = call?;
        let contents = files.read(&at, cx).await;
        let bytes = contents.as_ref().map(|contents| json!({ "bytes": contents.bytes.len() })).map_err(Clone::clone);
        call.settle_value(bytes)?;
        contents
    };
    let contents = work.await.map_err(|failure| at.told(failure))?;
    String::from_utf8(contents.bytes).map_err(|_| {
        Failure::new(Code::Invalid, format!("document {number}: the file is no text in UTF-8: give its text, or convert it before"))
    })
}

/// By the end of its file's name, or of its source's.
fn by_name(given: &Given) -> Option<DocumentFormat> {
    let name = match &given.content {
        Content::File(path) => path,
        Content::Text(_) => given.source.as_ref()?,
    };
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "md" | "markdown" | "mdx" => DocumentFormat::Markdown,
        "html" | "htm" | "xhtml" => DocumentFormat::Html,
        "csv" | "tsv" => DocumentFormat::Csv,
        "txt" | "text" | "log" | "rst" => DocumentFormat::Text,
        "rs" | "py" | "js" | "ts" | "tsx" | "jsx" | "lua" | "c" | "h" | "cpp" | "hpp" | "go" | "java" | "rb" | "php" | "sh" | "sql"
        | "kt" | "swift" | "cs" | "scala" | "toml" | "yaml" | "yml" | "json" | "css" => DocumentFormat::Code,
        _ => return None,
    })
}
