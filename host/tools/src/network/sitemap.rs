//! `sitemap-crawler`: the addresses that a site lists.

use std::collections::{BTreeSet, VecDeque};
use std::io::Read;

use flate2::read::MultiGzDecoder;
use llmspell_base::host_memory::{Held, HostMemory};
use llmspell_base::{Code, Failure};
use quick_xml::Reader;
use quick_xml::events::Event;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::reading::Reading;
use super::tool::{NetworkTool, RunNetwork};
use crate::answer::Found;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SitemapCrawler {
    /// The address of a sitemap, or of the site: then it is at /sitemap.xml.
    input: String,
    /// Addresses that are listed at most (1000 if it is not given).
    #[serde(default)]
    #[schemars(range(min = 1, max = 10000))]
    max_urls: Option<usize>,
    /// Sitemaps that are read at most, where one refers to others (10 if it is not given).
    #[serde(default)]
    #[schemars(range(min = 1, max = 50))]
    max_sitemaps: Option<usize>,
}

/// Unpacked, as the protocol has it.
const MOST_BYTES: u64 = 50 << 20;
const LONGEST: usize = 2_048;
/// Bytes between two looks at what has become of it.
const PIECE: usize = 64 << 10;
/// Sitemaps that one refers to; no more than 50 are read.
const MOST_SITEMAPS: usize = 1_000;

impl NetworkTool for SitemapCrawler {
    const NAME: &'static str = "sitemap-crawler";
    const DESCRIPTION: &'static str = "Lists the addresses in the sitemaps of a site that is granted.";
    const ALIASES: &'static [&'static str] = &["sitemap"];
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[("url", "input"), ("limit", "max_urls")];

    fn operation(&self) -> String {
        "crawl".into()
    }

    async fn run(self, network: &RunNetwork) -> Result<Found, Failure> {
        let (most_urls, most_sitemaps) = (self.max_urls.unwrap_or(1_000), self.max_sitemaps.unwrap_or(10));
        let mut first =
            Url::parse(self.input.trim()).map_err(|error| Failure::invalid(format!("'input' is no URL: {error}")))?;
        if matches!(first.path(), "" | "/") {
            first.set_path("/sitemap.xml");
        }
        let (mut waiting, mut known) = (VecDeque::from([first.to_string()]), BTreeSet::from([first.to_string()]));
        let (mut urls, mut sitemaps, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(address) =
            waiting.pop_front().filter(|_| sitemaps.len() < most_sitemaps && urls.len() < most_urls)
        {
            let listed =
                read(network, &address, sitemaps.is_empty() && skipped.is_empty(), most_urls - urls.len()).await;
            let listed = match listed {
                Ok(listed) => listed,
                // The first is what was asked for.
                Err(failure) if sitemaps.is_empty() => return Err(failure),
                Err(failure) => {
                    skipped.push(json!({ "url": address, "code": failure.code, "message": failure.message }));
                    continue;
                }
            };
            sitemaps.push(address);
            for one in listed.sitemaps {
                if known.len() < most_sitemaps && known.insert(one.clone()) {
                    waiting.push_back(one);
                }
            }
            urls.extend(listed.urls.into_iter().map(Value::Object).take(most_urls - urls.len()));
        }
        let result = json!({ "urls": urls, "count": urls.len(), "sitemaps": sitemaps, "skipped": skipped, "is_complete": waiting.is_empty() && urls.len() < most_urls });
        Ok(result.into())
    }
}

#[derive(Default)]
struct Listed {
    urls: Vec<Map<String, Value>>,
    sitemaps: Vec<String>,
}

/// Reads one: the first, which the caller named, or one that a server named.
async fn read(network: &RunNetwork, address: &str, is_first: bool, most: usize) -> Result<Listed, Failure> {
    let answer = if is_first { network.get(address).await? } else { network.get_found(address).await? };
    let status = answer.response.status;
    if !(200..300).contains(&status) {
        return Err(Failure::new(Code::Network, format!("the server answered {status} {}", answer.response.reason)));
    }
    let (body, memory) = (answer.body, network.cx.memory().clone());
    let most_bytes = MOST_BYTES.min(network.cx.limits().reply_bytes as u64);
    // Its bytes and its text.
    let bytes = body.len().saturating_mul(2);
    let read = network.read(bytes, move |reading| {
        let (_held, body) = unpack(body, most_bytes, &memory, reading)?;
        parse(&body, most, reading)
    });
    read.await
}

/// What it is where it is not packed, for which the memory is taken as it grows.
fn unpack(body: Vec<u8>, most: u64, memory: &HostMemory, reading: &Reading) -> Result<(Held, Vec<u8>), Failure> {
    let mut held = memory.take(0)?;
    if !body.starts_with(&[0x1f, 0x8b]) {
        return Ok((held, body));
    }
    let (mut unpacked, mut decoder) = (Vec::new(), MultiGzDecoder::new(body.as_slice()).take(most + 1));
    loop {
        reading.check()?;
        held.resize((unpacked.len() + PIECE).saturating_mul(2))?;
        let read = decoder.by_ref().take(PIECE as u64).read_to_end(&mut unpacked);
        let read = read.map_err(|_| Failure::new(Code::Network, "the sitemap is not compressed as it says"))?;
        if unpacked.len() as u64 > most {
            return Err(Failure::new(Code::TooLarge, format!("the sitemap has more than {most} bytes")));
        }
        if read == 0 {
            return Ok((held, unpacked));
        }
    }
}

/// `<urlset>` and `<sitemapindex>`, by the events of their XML: nothing is nested, and entities of its own are not known.
fn parse(body: &[u8], most: usize, reading: &Reading) -> Result<Listed, Failure> {
    let body = String::from_utf8_lossy(body);
    let mut reader = Reader::from_str(&body);
    let (mut listed, mut one, mut field) = (Listed::default(), Map::new(), String::new());
    let (mut text, mut is_sitemap, mut is_known) = (String::new(), false, false);
    let broken = |what: String| Failure::new(Code::Network, format!("what is there is no sitemap: {what}"));
    // What nobody wants any more is not read.
    while listed.urls.len() < most && listed.sitemaps.len() < MOST_SITEMAPS {
        reading.check()?;
        match reader.read_event() {
            Err(error) => return Err(broken(error.to_string().escape_debug().take(120).collect())),
            Ok(Event::Eof) => break,
            Ok(Event::Start(start)) => {
                let name = start.local_name().as_ref().to_owned();
                match name.as_str() {
                    "urlset" | "sitemapindex" => is_known = true,
                    "url" | "sitemap" => (one, is_sitemap) = (Map::new(), name == "sitemap"),
                    _ => {}
                }
                field = name;
                text.clear();
            }
            Ok(Event::Text(piece)) if text.len() < LONGEST => text.push_str(&piece),
            Ok(Event::CData(piece)) if text.len() < LONGEST => text.push_str(&piece),
            Ok(Event::GeneralRef(name)) => text.push_str(match &*name {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "apos" => "'",
                _ => "",
            }),
            Ok(Event::End(end)) => {
                let name = end.local_name();
                match name.as_ref() {
                    "loc" | "lastmod" | "changefreq" | "priority" if field == name.as_ref() => {
                        one.entry(field.clone())
                            .or_insert_with(|| text.trim().chars().take(LONGEST).collect::<String>().into());
                    }
                    "url" | "sitemap" => match (is_sitemap, one.get("loc").and_then(Value::as_str)) {
                        (true, Some(address)) => listed.sitemaps.push(address.to_owned()),
                        (false, Some(_)) => {
                            if let Some(address) = one.shift_remove("loc") {
                                one.insert("url".into(), address);
                            }
                            listed.urls.push(std::mem::take(&mut one));
                        }
                        (_, None) => {}
                    },
                    _ => {}
                }
            }
            Ok(_) => {}
        }
    }
    if is_known { Ok(listed) } else { Err(broken("it has neither urlset nor sitemapindex".into())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sitemap_lists_addresses_and_other_sitemaps() {
        let listed = parse(
            b"<?xml version='1.0'?><urlset xmlns='x'><url><loc> https://a/?x=1&amp;y=2 </loc><lastmod>2026-01-01</lastmod></url><url><loc><![CDATA[https://b/]]></loc></url></urlset>",
            10,
            &Reading::test(),
        )
        .unwrap();
        assert_eq!(
            json!(listed.urls),
            json!([{"lastmod": "2026-01-01", "url": "https://a/?x=1&y=2"}, {"url": "https://b/"}])
        );
        let index =
            parse(b"<sitemapindex><sitemap><loc>https://a/1.xml</loc></sitemap></sitemapindex>", 10, &Reading::test())
                .unwrap();
        assert_eq!(index.sitemaps, ["https://a/1.xml"]);
        assert!(
            parse(b"<html></html>", 10, &Reading::test()).is_err()
                && parse(b"<urlset><url></urlset>", 10, &Reading::test()).is_err()
                && parse(b"", 10, &Reading::test()).is_err()
        );
        let deep = "<a>".repeat(100_000);
        assert!(parse(deep.as_bytes(), 10, &Reading::test()).is_err());
        let bomb = "<!DOCTYPE a [<!ENTITY b 'x'><!ENTITY c '&b;&b;'>]><urlset><url><loc>&c;</loc></url></urlset>";
        assert_eq!(json!(parse(bomb.as_bytes(), 10, &Reading::test()).unwrap().urls), json!([{"url": ""}]));
    }
}
