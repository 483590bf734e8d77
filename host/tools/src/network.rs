//! Tools for the network: for spells that are granted some host, and for those alone.

use llmspell_capability_tool::HostTool;
use tool::tool;

pub mod engines;
mod graphql;
mod html;
mod metadata;
mod reading;
mod requester;
mod scraper;
mod search;
mod sitemap;
mod tool;
mod webhook;

pub use metadata::metadata;
pub use tool::RunNetwork;

/// All of them. `engines`: who answers searches.
pub fn all(engines: &engines::Engines) -> Vec<HostTool> {
    vec![
        tool::<requester::HttpRequester>(),
        tool::<scraper::WebScraper>(),
        tool::<sitemap::SitemapCrawler>(),
        tool::<webhook::WebhookCaller>(),
        tool::<graphql::GraphqlQuery>(),
        search::tool(engines.clone()),
    ]
}
