//! `diff-calculator`: what differs between two texts or two JSON values.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use llmspell_capability_file::Contents;

use crate::standard::{Answer, Context, Problem, Standard, word};
use crate::with_files::{self, WithFiles};

mod structure;
mod text;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DiffCalculator {
    /// If absent, json where JSON is given, or else text.
    r#type: Option<Type>,
    old_text: Option<String>,
    new_text: Option<String>,
    /// In place of old_text: a file, as the spell may read it.
    old_file: Option<String>,
    /// In place of new_text.
    new_file: Option<String>,
    /// JSON, or its text.
    #[serde(default, deserialize_with = "given")]
    old_json: Option<Value>,
    /// JSON, or its text.
    #[serde(default, deserialize_with = "given")]
    new_json: Option<Value>,
    /// Of the difference of texts.
    #[serde(default)]
    format: Format,
}

#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Type {
    Text,
    Json,
}

/// unified and context: as patches have it. inline: all lines, each with its sign. simple: only the lines that differ.
#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    #[default]
    Unified,
    Context,
    Inline,
    Simple,
}

impl WithFiles for DiffCalculator {
    const FILES: &'static [&'static str] = &["old_file", "new_file"];

    fn reads(&self) -> Vec<String> {
        let sides = [(&self.old_file, &self.old_text), (&self.new_file, &self.new_text)];
        sides.into_iter().filter(|(_, text)| text.is_none()).filter_map(|(file, _)| file.clone()).collect()
    }

    fn take(&mut self, contents: Vec<Contents>) -> Result<(), Problem> {
        let mut contents = contents.iter();
        let is_json = self.r#type == Some(Type::Json);
        let sides = [
            ("old_file", &mut self.old_file, &mut self.old_text, &mut self.old_json),
            ("new_file", &mut self.new_file, &mut self.new_text, &mut self.new_json),
        ];
        for (name, file, text, json) in sides {
            if file.is_none() || text.is_some() {
                continue;
            }
            let Some(found) = contents.next().map(|contents| with_files::text(name, contents)).transpose()? else {
                break;
            };
            match is_json {
                true => *json = Some(Value::String(found)),
                false => *text = Some(found),
            }
            *file = None;
        }
        Ok(())
    }
}

impl Standard for DiffCalculator {
    const NAME: &'static str = "diff-calculator";
    const DESCRIPTION: &'static str =
        "Tells what differs between two texts or files, line by line, or between two JSON values.";
    const CATEGORY: &'static str = "text";
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] =
        &[("old", "old_text"), ("new", "new_text"), ("text1", "old_text"), ("text2", "new_text")];

    fn operation(&self) -> String {
        "diff".into()
    }

    fn run(self, _: &Context) -> Answer {
        if self.old_file.is_some() || self.new_file.is_some() {
            return Err(Problem::invalid(
                "give 'old_text' or 'old_file', and 'new_text' or 'new_file', not both of one side",
            ));
        }
        // Null is JSON, but beside texts it is what was left out.
        let has_texts = self.old_text.is_some() || self.new_text.is_some();
        let is_json =
            [&self.old_json, &self.new_json].into_iter().flatten().any(|value| !has_texts || !value.is_null());
        match self.r#type.unwrap_or(if is_json { Type::Json } else { Type::Text }) {
            Type::Text => {
                let Some(old) = self.old_text else { return Err(Problem::missing("old_text", "the text before")) };
                let Some(new) = self.new_text else { return Err(Problem::missing("new_text", "the text after")) };
                let (diff, stats) = text::compare(&old, &new, self.format)?;
                Ok(json!({ "type": "text", "format": word(self.format), "diff": diff, "stats": stats }))
            }
            Type::Json => {
                let Some(old) = self.old_json else { return Err(Problem::missing("old_json", "the value before")) };
                let Some(new) = self.new_json else { return Err(Problem::missing("new_json", "the value after")) };
                let (diff, summary) = structure::compare(&read("old_json", old)?, &read("new_json", new)?)?;
                Ok(json!({ "type": "json", "diff": diff, "summary": summary }))
            }
        }
    }
}

/// Null as well: it is a value like others.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// A text that is JSON stands for what it says.
fn read(name: &str, value: Value) -> Result<Value, Problem> {
    match value {
        Value::String(text) => {
            serde_json::from_str(&text).map_err(|error| Problem::invalid(format!("'{name}' is no JSON: {error}")))
        }
        value => Ok(value),
    }
}
