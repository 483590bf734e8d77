//! What a server says of an address: `metadata` of url-analyzer.

use llmspell_base::Failure;
use serde_json::{Value, json};

use super::tool::{RunNetwork, header, text};
use super::{html, scraper};

/// The status, the type and the size; of a page its title and what it says of itself.
pub async fn metadata(network: &RunNetwork, address: &str) -> Result<Value, Failure> {
    let answer = network.get(address).await?;
    let kind = header(&answer, "content-type").unwrap_or_default().to_owned();
    let response = &answer.response;
    let mut found = json!({
        "valid": true, "url": response.url, "redirected": response.redirected, "status_code": response.status, "content_type": kind,
        "size": answer.body.len(),
    });
    if kind.contains("html") {
        let body = text(&answer);
        let read = network.read(body.len().saturating_mul(4), move |reading| {
            let page = html::parse(&body, reading)?;
            Ok((scraper::title(&page, reading)?, scraper::metadata(&page, reading)?))
        });
        let (title, metadata) = read.await?;
        if let Some(map) = found.as_object_mut() {
            map.insert("title".into(), title.into());
            map.insert("metadata".into(), metadata.into());
        }
    }
    Ok(found)
}
