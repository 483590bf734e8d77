//! The list of a server's tools, page by page and item by item: what is odd about one loses that one.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use llmspell_base::text::invisible;
use llmspell_capability_tool::schema::Schema;
use rmcp::model::{ClientRequest, ListToolsRequest, PaginatedRequestParams};
use serde_json::Value;

use crate::config::Server;
use crate::error::McpError;
use crate::session::Session;

/// A tool that a server offers.
pub struct Offer {
    /// As the server calls it.
    pub name: String,
    pub description: String,
    pub parameters: Value,
    /// What its structured results fit.
    pub output: Option<Arc<Schema>>,
}

/// What a server offers, and what of it can't be used.
#[derive(Default)]
pub struct Listing {
    pub offers: Vec<Offer>,
    pub odd: Vec<String>,
}

const MOST_PAGES: usize = 64;
const MOST_TOOLS: usize = 1024;
/// Of all pages.
const MOST_BYTES: usize = 16 << 20;
/// As for every tool.
const LONGEST_DESCRIPTION: usize = 16 << 10;
/// More remarks than these are of no use.
const MOST_ODD: usize = 100;
const NO_SUCH_METHOD: i64 = -32601;

/// Asks for all pages, within the bounds of a list.
pub async fn list(session: &Session, server: &Server, until: Instant) -> Result<Listing, McpError> {
    let mut listing = Listing::default();
    let (mut cursor, mut seen, mut bytes, mut names) = (None, BTreeSet::new(), 0, BTreeSet::new());
    for _ in 0..MOST_PAGES {
        let left = until.saturating_duration_since(Instant::now());
        let params = PaginatedRequestParams::default().with_cursor(cursor.take());
        let request = ClientRequest::ListToolsRequest(ListToolsRequest::with_param(params));
        let page = match session.ask(request, left).await {
            Ok(page) => page,
            // It has something else than tools.
            Err(McpError::Refused { code: NO_SUCH_METHOD, .. }) if seen.is_empty() => return Ok(listing),
            Err(error) => return Err(error),
        };
        bytes += page.to_string().len();
        let Some(tools) = page.get("tools").and_then(Value::as_array) else {
            let what = "no list of tools".into();
            return Err(McpError::Answer { server: server.name.clone(), what });
        };
        for tool in tools {
            if names.len() >= MOST_TOOLS {
                listing.remark(format!("it has more than {MOST_TOOLS} tools: the others are left out"));
                return Ok(listing);
            }
            match read(tool) {
                Err(problem) => listing.remark(problem),
                Ok(offer) if !names.insert(offer.name.clone()) => {
                    listing.remark(format!("{}: it is there twice; the first one counts", shown(&offer.name)));
                }
                Ok(offer) if server.offers(&offer.name) => listing.offers.push(offer),
                Ok(_) => {}
            }
        }
        match page.get("nextCursor").and_then(Value::as_str) {
            None => return Ok(listing),
            Some(next) if !seen.insert(next.to_owned()) => {
                listing.remark("its list comes back to a page that was there: the rest is left out".into());
                return Ok(listing);
            }
            Some(_) if bytes > MOST_BYTES => {
                listing.remark(format!("its list has more than {MOST_BYTES} bytes: the rest is left out"));
                return Ok(listing);
            }
            Some(next) => cursor = Some(next.to_owned()),
        }
    }
    listing.remark(format!("its list has more than {MOST_PAGES} pages: the rest is left out"));
    Ok(listing)
}

impl Listing {
    pub fn remark(&mut self, what: String) {
        if self.odd.len() < MOST_ODD {
            self.odd.push(what);
        }
    }
}

fn read(tool: &Value) -> Result<Offer, String> {
    let name = tool.get("name").and_then(Value::as_str).ok_or("a tool without a name")?;
    let description = tool.get("description").and_then(Value::as_str).unwrap_or_default();
    let parameters = tool.get("inputSchema").filter(|schema| schema.is_object());
    let parameters = parameters.ok_or_else(|| format!("{}: its inputSchema is no object", shown(name)))?.clone();
    // Without one that can be used, its results are taken as they come.
    let output = tool.get("outputSchema").filter(|schema| schema.is_object()).cloned();
    let output = output.and_then(|schema| Schema::later(schema, "'outputSchema'").ok()).map(Arc::new);
    Ok(Offer { name: name.into(), description: plain(description), parameters, output })
}

/// A text for models: without signs that nobody sees, and no longer than a description may be.
fn plain(text: &str) -> String {
    let mut plain: String = text.chars().filter(|sign| !invisible(*sign) || matches!(sign, '\n' | '\t')).collect();
    plain.truncate(plain.floor_char_boundary(LONGEST_DESCRIPTION));
    plain
}

/// A name that a server made up.
fn shown(name: &str) -> String {
    format!("'{}'", name.escape_debug().take(80).collect::<String>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_tool_is_read_by_itself() {
        let good = json!({"name": "a", "description": "b\u{200b}\u{e0041}c\n", "inputSchema": {}, "icons": [{}], "annotations": 1});
        let offer = read(&good).unwrap();
        assert_eq!((offer.name.as_str(), offer.description.as_str()), ("a", "bc\n"));
        for (tool, problem) in [
            (json!(1), "a tool without a name"),
            (json!({"name": "a\u{1b}"}), "'a\\u{1b}': its inputSchema is no object"),
            (json!({"name": "a", "inputSchema": true}), "'a': its inputSchema is no object"),
        ] {
            assert_eq!(read(&tool).err(), Some(problem.into()));
        }
        let long = json!({"name": "a", "description": "ä".repeat(20_000), "inputSchema": {}});
        assert_eq!(read(&long).unwrap().description.len(), LONGEST_DESCRIPTION);
    }
}
