//! `data-validator`: whether data keeps to rules.

use llmspell_capability_tool::schema::{Schema, Unfit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::standard::{Answer, Context, Problem, Standard, word};
use check::Check;
use rule::Rule;

mod check;
mod rule;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataValidator {
    /// The data.
    input: Value,
    /// {rules: [{type, …}]}, or the list alone. Types: required; type {expected}; length, range {min, max}; pattern {regex};
    /// enum {values}; email; url; date {format}; unique; array {items: rules}; object {properties: {name: rules}}. A rule
    /// with `field`, such as "a.b", is about that part of the data.
    rules: Option<Rules>,
    /// A JSON Schema, beside the rules or in their place.
    schema: Option<Map<String, Value>>,
    #[serde(default)]
    operation: Operation,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Rules {
    List(Vec<Map<String, Value>>),
    Within(Within),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Within {
    rules: Vec<Map<String, Value>>,
}

#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Operation {
    #[default]
    Validate,
}

impl Standard for DataValidator {
    const NAME: &'static str = "data-validator";
    const DESCRIPTION: &'static str = "Checks data by rules or by a JSON Schema, and tells what is wrong.";
    const CATEGORY: &'static str = "data";
    const ALIASES: &'static [&'static str] = &["data_validation"];
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] =
        &[("data", "input"), ("content", "input"), ("op", "operation"), ("action", "operation")];

    fn operation(&self) -> String {
        word(self.operation)
    }

    fn run(self, _: &Context) -> Answer {
        if self.rules.is_none() && self.schema.is_none() {
            return Err(Problem::missing("rules", "what the data is checked by (or a schema)"));
        }
        let rules = match self.rules {
            None => Vec::new(),
            Some(Rules::List(rules) | Rules::Within(Within { rules })) => rules,
        };
        let rules = Rule::read_all(&rules, "rules").map_err(Problem::invalid)?;
        let mut check = Check::default();
        check.all(&rules, "", &self.input)?;
        let (mut errors, more) = (check.errors, check.more);
        if more > 0 {
            errors.push(json!({ "field": "", "rule": "", "message": format!("and {more} more") }));
        }
        if let Some(schema) = self.schema {
            let schema = Schema::of(Value::Object(schema), "'schema'").map_err(Problem::invalid)?;
            match schema.check(&self.input) {
                Ok(()) => {}
                Err(Unfit::TooLarge(_)) => return Err(Problem::too_large("'input' is too large for so long a schema")),
                Err(Unfit::Invalid(message)) => {
                    errors.push(json!({ "field": "", "rule": "schema", "message": message }));
                }
            }
        }
        Ok(json!({ "valid": errors.is_empty(), "errors": errors }))
    }
}
