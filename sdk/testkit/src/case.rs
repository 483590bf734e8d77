//! The table of cases.

use serde::Deserialize;

/// What a spell does and what must come back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it is about: cases of one chapter stand together.
    pub chapter: String,
    /// The name of the spell's file within the folder of its chapter, without the extension.
    pub name: String,
    /// What the spell does.
    pub asks: String,
    /// An object, as JSON: the spell's parameters.
    #[serde(default = "empty")]
    pub(crate) parameters: String,
    #[serde(default)]
    pub(crate) arguments: Vec<String>,
    /// Replies of models, a line of JSON each.
    pub(crate) models: Option<String>,
    #[serde(default = "completed")]
    pub(crate) ends: Ends,
    /// JSON, or "none".
    pub(crate) result: Option<String>,
    pub(crate) output: Option<String>,
    /// Milliseconds of the kit's clock: at least, at most.
    pub(crate) takes: Option<[u64; 2]>,
    #[serde(default)]
    pub(crate) error: Parts,
    /// The run is stopped once it has printed something.
    #[serde(default)]
    pub(crate) cancel: bool,
    /// The result is the same with the same seed, and another with another.
    #[serde(default)]
    pub(crate) same_with_seed: bool,
}

/// The words of the outcomes, one of which it must have.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Ends {
    One(String),
    Any(Vec<String>),
}

impl Ends {
    pub fn words(&self) -> &[String] {
        match self {
            Ends::One(word) => std::slice::from_ref(word),
            Ends::Any(words) => words,
        }
    }
}

/// What the fault must have.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Parts {
    pub code: Option<String>,
    /// Part of it.
    pub message: Option<String>,
    pub line: Option<u32>,
    /// That of the spell.
    pub has_file: bool,
}

fn empty() -> String {
    "{}".into()
}

fn completed() -> Ends {
    Ends::One("completed".into())
}

/// All cases, chapter by chapter.
pub fn cases() -> Result<Vec<Case>, toml::de::Error> {
    #[derive(Deserialize)]
    struct Table {
        case: Vec<Case>,
    }
    Ok(toml::from_str::<Table>(include_str!("../cases.toml"))?.case)
}
