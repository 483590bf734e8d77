//! Search providers: what each is asked, and how it answers.

use std::sync::Arc;

use llmspell_api::network as api;
use llmspell_base::config::{ConfigError, Environment};
use llmspell_base::nearest::nearest;
use llmspell_base::{Code, Failure};
use llmspell_models::Secret;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::html;
use super::reading::Reading;
use super::tool::request;

/// A provider's interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Tavily,
    Brave,
    SerpApi,
    Serper,
    DuckDuckGo,
    SearXng,
}

/// Each with its name, the variable of its key, and where it is.
const KINDS: &[(Kind, &str, Option<&str>, Option<&str>)] = &[
    (Kind::Tavily, "tavily", Some("TAVILY_API_KEY"), Some("https://api.tavily.com")),
    (Kind::Brave, "brave", Some("BRAVE_API_KEY"), Some("https://api.search.brave.com")),
    (Kind::SerpApi, "serpapi", Some("SERPAPI_API_KEY"), Some("https://serpapi.com")),
    (Kind::Serper, "serper", Some("SERPER_API_KEY"), Some("https://google.serper.dev")),
    (Kind::DuckDuckGo, "duckduckgo", None, Some("https://html.duckduckgo.com")),
    (Kind::SearXng, "searxng", None, None),
];

/// `[search]` of the configuration as it is parsed.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RawSearch {
    provider: Option<String>,
    tavily: Option<RawEngine>,
    brave: Option<RawEngine>,
    serpapi: Option<RawEngine>,
    serper: Option<RawEngine>,
    duckduckgo: Option<RawEngine>,
    searxng: Option<RawEngine>,
}

/// One provider as it is parsed.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RawEngine {
    base_url: Option<String>,
    api_key_env: Option<String>,
}

/// A provider that is configured.
#[derive(Debug, Clone)]
pub struct Engine {
    kind: Kind,
    name: &'static str,
    base_url: Url,
    /// The variable of the key, and the key.
    key_env: Option<String>,
    key: Option<Secret>,
}

/// All providers that are configured, the one first that is asked where a spell names none.
#[derive(Debug, Clone, Default)]
pub struct Engines(Arc<Vec<Engine>>);

impl RawSearch {
    /// Checks the values, and takes the keys from the environment.
    pub fn read(self, environment: Environment<'_>) -> Result<Engines, ConfigError> {
        let RawSearch { provider, tavily, brave, serpapi, serper, duckduckgo, searxng } = self;
        let given = [tavily, brave, serpapi, serper, duckduckgo, searxng];
        let mut engines = Vec::new();
        for (raw, row) in given.into_iter().zip(KINDS) {
            if let Some(raw) = raw {
                engines.push(raw.read(row, environment)?);
            }
        }
        if let Some(wanted) = provider {
            let names: Vec<&str> = engines.iter().map(|engine| engine.name).collect();
            let Some(place) = names.iter().position(|name| *name == wanted) else {
                let hint =
                    if names.is_empty() { format!("; write [search.{wanted}]") } else { nearest(&wanted, &names) };
                return Err(ConfigError::new(format!(
                    "search.provider: no provider '{}' is configured{hint}",
                    wanted.escape_debug()
                )));
            };
            engines.swap(0, place);
        }
        Ok(Engines(Arc::new(engines)))
    }
}

impl RawEngine {
    fn read(
        self,
        (kind, name, env, at): &(Kind, &'static str, Option<&str>, Option<&str>),
        environment: Environment<'_>,
    ) -> Result<Engine, ConfigError> {
        let wrong = |key: &str, what: &str| ConfigError::new(format!("search.{name}.{key}: {what}"));
        let base_url =
            self.base_url.or(at.map(String::from)).ok_or_else(|| wrong("base_url", "say where the server is"))?;
        let base_url = Url::parse(&base_url).map_err(|error| wrong("base_url", &error.to_string()))?;
        let is_plain = matches!(base_url.scheme(), "http" | "https")
            && base_url.username().is_empty()
            && base_url.query().is_none();
        if !is_plain {
            return Err(wrong("base_url", "is an address of http or https, without a name and a query"));
        }
        let key_env = self.api_key_env.or(env.map(String::from));
        let key = key_env.as_deref().and_then(environment).filter(|key| !key.is_empty());
        if key.as_ref().is_some_and(|key| key.len() < 8 || !key.bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(wrong(
                "api_key_env",
                "what the variable holds is no key: it is shorter than 8 characters, or has others than keys have",
            ));
        }
        Ok(Engine { kind: *kind, name, base_url, key_env, key: key.map(Secret::confidential) })
    }
}

impl Engines {
    /// The keys, for a redactor.
    pub fn keys(&self) -> Vec<Secret> {
        self.0.iter().filter_map(|engine| engine.key.clone()).collect()
    }

    /// Their names, in their order.
    pub fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(Engine::name).collect()
    }

    /// The one of this name, or the operator's choice.
    pub fn find(&self, name: Option<&str>) -> Result<&Engine, Failure> {
        let none = || {
            let message =
                "no search provider is configured: [search] in the configuration names one, such as [search.brave]";
            Failure::new(Code::NotFound, message)
        };
        let first = self.0.first().ok_or_else(none)?;
        let Some(name) = name else { return Ok(first) };
        let names = self.names();
        self.0.iter().find(|engine| engine.name == name).ok_or_else(|| {
            let shown = name.escape_debug().take(40).collect::<String>();
            Failure::new(
                Code::NotFound,
                format!("the search provider '{shown}' is not configured{}", nearest(&shown, &names)),
            )
        })
    }
}

/// What a provider is asked. `shown` is for the record, without the key.
pub struct Asked {
    pub shown: api::Request,
    pub sent: api::Request,
    pub body: Option<Vec<u8>>,
}

impl Engine {
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it is asked.
    pub fn request(&self, query: &str, most: usize) -> Result<Asked, Failure> {
        let key = match (&self.key, self.kind) {
            (Some(key), _) => key.expose(),
            (None, Kind::DuckDuckGo | Kind::SearXng) => "",
            (None, _) => {
                let env = self.key_env.as_deref().unwrap_or_default();
                return Err(Failure::new(
                    Code::Auth,
                    format!("the search provider '{}' has no key: ${env} is not set", self.name),
                ));
            }
        };
        let count = most.to_string();
        let (path, pairs): (&str, Vec<(&str, &str)>) = match self.kind {
            Kind::Tavily => ("search", vec![]),
            Kind::Brave => ("res/v1/web/search", vec![("q", query), ("count", &count)]),
            Kind::SerpApi => ("search.json", vec![("engine", "google"), ("q", query), ("num", &count)]),
            Kind::Serper => ("search", vec![]),
            Kind::DuckDuckGo => ("html/", vec![("q", query)]),
            Kind::SearXng => ("search", vec![("q", query), ("format", "json")]),
        };
        let mut url = self.base_url.clone();
        url.set_path(&format!("{}/{path}", self.base_url.path().trim_end_matches('/')));
        if !pairs.is_empty() {
            url.query_pairs_mut().extend_pairs(pairs);
        }
        let body = match self.kind {
            Kind::Tavily => Some(json!({ "query": query, "max_results": most })),
            Kind::Serper => Some(json!({ "q": query, "num": most })),
            _ => None,
        };
        let with_key = |key: &str| {
            let mut asked = request(url.as_str());
            asked.headers.push((
                "accept".into(),
                if self.kind == Kind::DuckDuckGo { "text/html" } else { "application/json" }.into(),
            ));
            if body.is_some() {
                asked.method = Some("POST".into());
                asked.headers.push(("content-type".into(), "application/json".into()));
            }
            match self.kind {
                Kind::Tavily => asked.headers.push(("authorization".into(), format!("Bearer {key}"))),
                Kind::Brave => asked.headers.push(("x-subscription-token".into(), key.into())),
                Kind::Serper => asked.headers.push(("x-api-key".into(), key.into())),
                Kind::SerpApi => {
                    let mut url = url.clone();
                    url.query_pairs_mut().append_pair("api_key", key);
                    asked.url = url.into();
                }
                Kind::DuckDuckGo | Kind::SearXng => {}
            }
            asked
        };
        Ok(Asked {
            shown: with_key("[redacted]"),
            sent: with_key(key),
            body: body.map(|body| body.to_string().into_bytes()),
        })
    }

    /// Whether its answers are JSON.
    pub fn answers_json(&self) -> bool {
        self.kind != Kind::DuckDuckGo
    }

    /// The results in its answer.
    pub fn results(&self, said: &str, reading: &Reading) -> Result<Vec<Value>, Failure> {
        if self.kind == Kind::DuckDuckGo {
            return duckduckgo(said, reading);
        }
        let odd = || Failure::new(Code::Network, format!("{} answered something else than results", self.name));
        let said: Value = serde_json::from_str(said).map_err(|_| odd())?;
        let (list, title, url, snippet) = match self.kind {
            Kind::Tavily | Kind::SearXng => ("/results", "title", "url", "content"),
            Kind::Brave => ("/web/results", "title", "url", "description"),
            Kind::SerpApi => ("/organic_results", "title", "link", "snippet"),
            Kind::Serper | Kind::DuckDuckGo => ("/organic", "title", "link", "snippet"),
        };
        let list = match said.pointer(list) {
            Some(Value::Array(list)) => list.clone(),
            Some(_) => return Err(odd()),
            // Where nothing is found, some leave the list out.
            None if said.get("error").is_some() && self.kind != Kind::SerpApi => return Err(odd()),
            None if said.is_object() => Vec::new(),
            None => return Err(odd()),
        };
        let field = |one: &Value, name: &str| one.get(name).and_then(Value::as_str).map(plain).unwrap_or_default();
        let results = list
            .iter()
            .map(|one| json!({ "title": field(one, title), "url": field(one, url), "snippet": field(one, snippet) }));
        Ok(results
            .filter(|one| one.get("url").and_then(Value::as_str).is_some_and(|url| url.starts_with("http")))
            .collect())
    }
}

/// Without the marks that some put around what was searched for.
fn plain(text: &str) -> String {
    ["<strong>", "</strong>", "<b>", "</b>", "<em>", "</em>"]
        .iter()
        .fold(text.to_owned(), |text, mark| text.replace(mark, ""))
}

/// Its page without scripts: the only interface that it has for everybody.
fn duckduckgo(said: &str, reading: &Reading) -> Result<Vec<Value>, Failure> {
    let page = html::parse(said, reading)?;
    let (result, link, snippet) =
        (html::selector(".result")?, html::selector("a.result__a")?, html::selector(".result__snippet")?);
    let mut found = Vec::new();
    for one in html::select(page.root_element(), &result, 100, reading)? {
        let Some(link) = html::select(one, &link, 1, reading)?.pop() else { continue };
        let Some(url) = link.attr("href").and_then(target) else { continue };
        let snippet = html::select(one, &snippet, 1, reading)?.pop().map(|found| html::text(found, reading));
        let snippet = snippet.transpose()?.unwrap_or_default();
        found.push(json!({ "title": html::text(link, reading)?, "url": url, "snippet": snippet }));
    }
    Ok(found)
}

/// Its links lead to itself, with the address as a parameter. Advertisements are left out.
fn target(link: &str) -> Option<String> {
    let base = Url::parse("https://duckduckgo.com/").ok()?;
    let url = base.join(link).ok()?;
    let is_own = url.host_str().is_some_and(|host| host == "duckduckgo.com" || host.ends_with(".duckduckgo.com"));
    match is_own {
        true if url.path().starts_with("/l/") => {
            let inner = url.query_pairs().find(|(name, _)| name == "uddg").map(|(_, value)| value.into_owned())?;
            Some(inner).filter(|inner| inner.starts_with("http"))
        }
        true => None,
        false => Some(url.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_that_is_not_configured_is_named() {
        let none = RawSearch::default().read(&|_| None).unwrap();
        assert!(none.find(None).unwrap_err().message.contains("[search] in the configuration"));
        let some: RawSearch = toml::from_str("[brave]\n[searxng]\nbase_url = 'http://127.0.0.1:8888'\n").unwrap();
        let some = some.read(&|_| None).unwrap();
        assert_eq!(some.find(None).unwrap().name(), "brave");
        assert!(some.find(Some("tavily")).unwrap_err().message.contains("is not configured"));
        assert!(some.find(None).unwrap().request("x", 1).err().unwrap().message.contains("$BRAVE_API_KEY is not set"));
    }
}
