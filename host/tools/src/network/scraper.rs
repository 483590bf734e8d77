//! `web-scraper`: the text of a page, and what is in it.

use llmspell_base::{Code, Failure};
use schemars::JsonSchema;
use scraper::{ElementRef, Html};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::html;
use super::reading::Reading;
use super::tool::{NetworkTool, RunNetwork, header, text};
use crate::answer::Found;

#[derive(Deserialize, JsonSchema, Clone)]
#[serde(deny_unknown_fields)]
pub struct WebScraper {
    /// The address of the page.
    input: String,
    /// A CSS selector: the texts of the elements that it is for.
    #[serde(default)]
    selector: Option<String>,
    /// Several selectors, by names of your own.
    #[serde(default)]
    selectors: Map<String, Value>,
    /// Whether to list where the page leads to.
    #[serde(default)]
    extract_links: bool,
    /// Whether to list its pictures.
    #[serde(default)]
    extract_images: bool,
    /// Whether to list what it says of itself: description, author and the like.
    #[serde(default)]
    extract_metadata: bool,
}

/// Elements, links or pictures in one list.
const MOST: usize = 1_000;
const MOST_SELECTORS: usize = 16;

impl NetworkTool for WebScraper {
    const NAME: &'static str = "web-scraper";
    const DESCRIPTION: &'static str =
        "Reads a web page of a host that is granted: its text, elements by CSS selectors, links, pictures, metadata.";
    const ALIASES: &'static [&'static str] = &["web_fetch", "web-reader"];
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] =
        &[("url", "input"), ("links", "extract_links"), ("images", "extract_images"), ("metadata", "extract_metadata")];

    fn operation(&self) -> String {
        "scrape".into()
    }

    async fn run(self, network: &RunNetwork) -> Result<Found, Failure> {
        let answer = network.get(&self.input).await?;
        let status = answer.response.status;
        if !(200..300).contains(&status) {
            return Err(Failure::new(
                Code::Network,
                format!("the server answered {status} {}", answer.response.reason),
            ));
        }
        let kind = header(&answer, "content-type")
            .unwrap_or("text/html")
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let (body, url) = (text(&answer), answer.response.url.clone());
        if !kind.contains("html") {
            if !kind.starts_with("text/") && !kind.ends_with("json") && !kind.ends_with("xml") {
                return Err(Failure::invalid(format!(
                    "what is there is no page but {}",
                    kind.escape_debug().take(80).collect::<String>()
                )));
            }
            return Ok(Found { result: json!({ "url": url, "text": body, "content_type": kind }), text: Some(body) });
        }
        // Several times as much as its text, while it is parsed.
        let bytes = body.len().saturating_mul(4);
        network.read(bytes, move |reading| self.read(&html::parse(&body, reading)?, &url, reading)).await
    }
}

impl WebScraper {
    fn read(&self, page: &Html, url: &str, reading: &Reading) -> Result<Found, Failure> {
        let root = page.root_element();
        let all = html::text(root, reading)?;
        let mut result = Map::from_iter([
            ("url".to_owned(), url.into()),
            ("title".to_owned(), title(page, reading)?.into()),
            ("text".to_owned(), all.clone().into()),
        ]);
        if let Some(text) = &self.selector {
            result.insert("selected".into(), selected(page, text, reading)?.into());
        }
        if self.selectors.len() > MOST_SELECTORS {
            return Err(Failure::invalid(format!("there are more than {MOST_SELECTORS} selectors")));
        }
        if !self.selectors.is_empty() {
            let mut by_name = Map::new();
            for (name, text) in &self.selectors {
                let text = text.as_str().ok_or_else(|| Failure::invalid("each of 'selectors' is a text"))?;
                by_name.insert(name.clone(), selected(page, text, reading)?.into());
            }
            result.insert("elements".into(), by_name.into());
        }
        // Addresses are those that a browser would go to.
        let base = Url::parse(url).ok();
        let full = |address: &str| {
            let joined = base.as_ref().and_then(|base| base.join(address).ok());
            let full = joined.map_or_else(|| address.to_owned(), |url| url.to_string());
            reading.spend(full.len()).map(|()| full)
        };
        if self.extract_links {
            let links = elements(page, "a[href]", reading)?.into_iter().map(|element| {
                let url = full(element.attr("href").unwrap_or_default())?;
                Ok(json!({ "text": html::text(element, reading)?, "url": url }))
            });
            result.insert("links".into(), links.collect::<Result<Vec<Value>, Failure>>()?.into());
        }
        if self.extract_images {
            let images = elements(page, "img[src]", reading)?.into_iter().map(|element| {
                let url = full(element.attr("src").unwrap_or_default())?;
                Ok(json!({ "url": url, "alt": element.attr("alt").unwrap_or_default() }))
            });
            result.insert("images".into(), images.collect::<Result<Vec<Value>, Failure>>()?.into());
        }
        if self.extract_metadata {
            result.insert("metadata".into(), metadata(page, reading)?.into());
        }
        Ok(Found { result: result.into(), text: Some(all) })
    }
}

fn elements<'a>(page: &'a Html, text: &str, reading: &Reading) -> Result<Vec<ElementRef<'a>>, Failure> {
    html::select(page.root_element(), &html::selector(text)?, MOST, reading)
}

/// The texts of the elements. They may lie within each other.
fn selected(page: &Html, text: &str, reading: &Reading) -> Result<Vec<String>, Failure> {
    elements(page, text, reading)?.into_iter().map(|element| html::text(element, reading)).collect()
}

/// What the page is called.
pub fn title(page: &Html, reading: &Reading) -> Result<String, Failure> {
    let title = elements(page, "title", reading)?.into_iter().next();
    Ok(title
        .map(|title| title.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
        .unwrap_or_default())
}

/// What the page says of itself, by its names for it.
pub fn metadata(page: &Html, reading: &Reading) -> Result<Map<String, Value>, Failure> {
    let mut found = Map::new();
    for element in elements(page, "meta[content]", reading)?.into_iter().take(200) {
        let name = element.attr("name").or(element.attr("property")).or(element.attr("http-equiv"));
        if let (Some(name), Some(content)) = (name, element.attr("content")) {
            found.entry(name.to_ascii_lowercase()).or_insert_with(|| content.into());
        }
    }
    if let Some(language) = page.root_element().attr("lang") {
        found.insert("language".into(), language.into());
    }
    if let Some(canonical) =
        elements(page, "link[rel=canonical][href]", reading)?.first().and_then(|link| link.attr("href"))
    {
        found.insert("canonical".into(), canonical.into());
    }
    Ok(found)
}
