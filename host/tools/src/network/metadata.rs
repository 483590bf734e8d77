//! What a server says of an address: `metadata` of url-analyzer.

use llmspell_base::Failure;
use serde_json::{Value, json};

use super::tool::{RunNetwork, header};

/// The status, the type and the size.
pub async fn metadata(network: &RunNetwork, address: &str) -> Result<Value, Failure> {
    let answer = network.get(address).await?;
    let kind = header(&answer, "content-type").unwrap_or_default().to_owned();
    let response = &answer.response;
    let found = json!({
        "valid": true, "url": response.url, "redirected": response.redirected, "status_code": response.status, "content_type": kind,
        "size": answer.body.len(),
    });
    Ok(found)
}
