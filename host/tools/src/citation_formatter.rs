//! `citation-formatter`: references to what was read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::standard::{Answer, Context, Problem, Standard, word};
use entry::Entry;
use style::Style;

mod bibtex;
mod entry;
mod style;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CitationFormatter {
    /// The bibliography: BibTeX, or JSON: a list of entries {key, type, author, title, year, …}.
    input: Option<Input>,
    #[serde(default)]
    operation: Operation,
    /// Of the input; found out if absent.
    format: Option<Format>,
    /// Of the result.
    #[serde(default)]
    style: Style,
    /// Which entries; all if absent.
    cite_keys: Option<Vec<String>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Input {
    Text(String),
    List(Vec<Map<String, Value>>),
}

#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Operation {
    #[default]
    FormatCitation,
    ValidateBibliography,
    ListStyles,
}

#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Format {
    Bibtex,
    Json,
}

impl Standard for CitationFormatter {
    const NAME: &'static str = "citation-formatter";
    const DESCRIPTION: &'static str = "Writes references of a bibliography in a style such as APA or MLA.";
    const CATEGORY: &'static str = "text";
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[
        ("text", "input"),
        ("content", "input"),
        ("bibliography", "input"),
        ("op", "operation"),
        ("action", "operation"),
    ];

    fn operation(&self) -> String {
        word(self.operation)
    }

    fn run(self, _: &Context) -> Answer {
        if matches!(self.operation, Operation::ListStyles) {
            let all: Vec<Value> =
                Style::ALL.iter().map(|style| json!({ "id": word(style), "name": style.name() })).collect();
            return Ok(json!({ "styles": all }));
        }
        let Some(input) = self.input else { return Err(Problem::missing("input", "the bibliography")) };
        let entries = read(input, self.format);
        if matches!(self.operation, Operation::ValidateBibliography) {
            let errors = match &entries {
                Ok(entries) => entries.iter().flat_map(Entry::problems).take(100).collect(),
                Err(problem) => vec![problem.clone()],
            };
            let count = entries.as_ref().map_or(0, Vec::len);
            return Ok(json!({ "valid": errors.is_empty(), "entry_count": count, "errors": errors }));
        }
        let entries = entries.map_err(Problem::invalid)?;
        let wanted: Vec<&Entry> = match &self.cite_keys {
            None => entries.iter().collect(),
            Some(keys) => keys.iter().map(|key| find(&entries, key)).collect::<Result<_, _>>()?,
        };
        let (mut lines, mut bytes) = (Vec::new(), 0);
        for (at, entry) in wanted.into_iter().enumerate() {
            let line = self.style.write(entry, at + 1);
            bytes += line.len() + 1;
            crate::standard::room(bytes)?;
            lines.push(line);
        }
        Ok(lines.join("\n").into())
    }
}

const MOST_ENTRIES: usize = 1_000;

fn read(input: Input, format: Option<Format>) -> Result<Vec<Entry>, String> {
    let entries: Vec<Entry> = match input {
        Input::List(list) => list.iter().map(Entry::of_json).collect::<Result<_, _>>()?,
        Input::Text(text) => {
            let is_json = text.trim_start().starts_with(['[', '{']);
            match format.unwrap_or(if is_json { Format::Json } else { Format::Bibtex }) {
                Format::Bibtex => bibtex::read(&text)?,
                Format::Json => {
                    let list: Vec<Map<String, Value>> = serde_json::from_str(&text)
                        .map_err(|error| format!("'input' is no list of entries: {error}"))?;
                    list.iter().map(Entry::of_json).collect::<Result<_, _>>()?
                }
            }
        }
    };
    match entries.len() {
        0 => Err("'input' has no entries".into()),
        1..=MOST_ENTRIES => Ok(entries),
        _ => Err(format!("'input' has more than {MOST_ENTRIES} entries")),
    }
}

fn find<'a>(entries: &'a [Entry], key: &str) -> Result<&'a Entry, Problem> {
    entries.iter().find(|entry| entry.key == key).ok_or_else(|| {
        let known: Vec<&str> = entries.iter().take(20).map(|entry| entry.key.as_str()).collect();
        let shown: String = key.escape_debug().take(60).collect();
        Problem::invalid(format!(
            "the bibliography has no entry '{shown}'{}",
            llmspell_base::nearest::nearest(&shown, &known)
        ))
    })
}
