//! `diff-calculator`: what differs between two texts or two JSON values.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::standard::{Answer, Context, Problem, Standard, word};

mod structure;
mod text;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DiffCalculator {
    /// If absent, json where JSON is given, or else text.
    r#type: Option<Type>,
    old_text: Option<String>,
    new_text: Option<String>,
    /// JSON, or its text.
    old_json: Option<Value>,
    /// JSON, or its text.
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

impl Standard for DiffCalculator {
    const NAME: &'static str = "diff-calculator";
    const DESCRIPTION: &'static str = "Tells what differs between two texts, line by line, or between two JSON values.";
    const CATEGORY: &'static str = "text";
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] =
        &[("old", "old_text"), ("new", "new_text"), ("text1", "old_text"), ("text2", "new_text")];

    fn operation(&self) -> String {
        "diff".into()
    }

    fn run(self, _: &Context) -> Answer {
        let is_json = self.old_json.is_some() || self.new_json.is_some();
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

/// A text that is JSON stands for what it says.
fn read(name: &str, value: Value) -> Result<Value, Problem> {
    match value {
        Value::String(text) => {
            serde_json::from_str(&text).map_err(|error| Problem::invalid(format!("'{name}' is no JSON: {error}")))
        }
        value => Ok(value),
    }
}
