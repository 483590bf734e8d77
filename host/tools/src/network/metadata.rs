//! What a server says of an address: `metadata` of url-analyzer.

use llmspell_base::Failure;
use serde_json::{Value, json};

use super::tool::{RunNetwork, header, text};
use super::{html, scraper};
use crate::standard::long_call;

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
        let _held = network.cx.memory().take(body.len().saturating_mul(4))?;
        let place = long_call().await;
        let read = tokio::task::spawn_blocking(move || {
            let _place = place;
            let page = html::parse(&body)?;
            Ok((scraper::title(&page)?, scraper::metadata(&page)?))
        });
        let broke = |_| {
            Err(Failure::new(llmspell_base::Code::Internal, "reading the page broke; the operator has the details"))
        };
        let (title, metadata) = read.await.unwrap_or_else(broke)?;
        if let Some(map) = found.as_object_mut() {
            map.insert("title".into(), title.into());
            map.insert("metadata".into(), metadata.into());
        }
    }
    Ok(found)
}
