//! `schema-processor`: what can be done with a JSON Schema, and what makes one.

use llmspell_capability_tool::schema::{Schema, Unfit};
use llmspell_recovery::Recovery;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::standard::{Answer, Context, Problem, Standard, size, word};

mod coerce;
mod extract;
mod generate;
mod info;
mod merge;
mod shorthand;

/// How deep schemas and values are followed.
const DEPTH: usize = 127;
/// Of a text that is read as JSON.
const LONGEST: usize = 4 << 20;
/// Of a schema: more is no schema that could be compiled.
const LONGEST_SCHEMA: usize = 64 << 10;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchemaProcessor {
    /// validate, coerce, extract: the data. generate: an example, or a list of examples with `many`. merge: the first schema.
    #[serde(default)]
    input: Value,
    #[serde(default)]
    operation: Operation,
    /// A JSON Schema, its text, or in short {name = "string", age = "integer?", tags = ["string"]}. merge: the second one.
    schema: Option<Value>,
    /// generate: the input is a list of examples.
    #[serde(default)]
    many: bool,
    /// coerce, extract: how much of a text that should be JSON may be mended.
    recovery: Option<Recovery>,
}

/// validate: whether the data fits. coerce: the data as it has to be, where that is clear. extract: the parts that the schema
/// has. generate: a schema of examples. merge: what fits both. compile: the schema, written out and checked. info: what it
/// describes.
#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Operation {
    #[default]
    Validate,
    Coerce,
    Extract,
    Generate,
    Merge,
    Compile,
    Info,
}

impl Standard for SchemaProcessor {
    const NAME: &'static str = "schema-processor";
    const DESCRIPTION: &'static str =
        "Checks data by a JSON Schema, makes it fit, takes the parts that it describes, and makes and merges schemas.";
    const CATEGORY: &'static str = "data";
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] =
        &[("data", "input"), ("value", "input"), ("example", "input"), ("op", "operation"), ("action", "operation")];

    fn operation(&self) -> String {
        word(self.operation)
    }

    fn run(self, _: &Context) -> Answer {
        if self.operation == Operation::Generate {
            let examples = match self.input {
                Value::Array(items) if self.many => items,
                one => vec![one],
            };
            return Ok(json!({ "schema": generate::of(&examples)? }));
        }
        let given = self.schema.ok_or_else(|| Problem::missing("schema", "a JSON Schema"))?;
        let document = written_out(given)?;
        let schema = Schema::of(document.clone(), "'schema'").map_err(Problem::invalid)?;
        match self.operation {
            Operation::Validate => Ok(match errors(&schema, &schema.with_lists(self.input))? {
                None => json!({ "valid": true, "errors": [] }),
                Some(errors) => json!({ "valid": false, "errors": errors }),
            }),
            Operation::Coerce => {
                let mut changes = Vec::new();
                let value = coerce::coerce(
                    schema.with_lists(read(self.input, &document, self.recovery)?),
                    &document,
                    &mut changes,
                );
                fitting(&schema, value).map(|value| json!({ "value": value, "changes": changes }))
            }
            Operation::Extract => {
                let value = extract::extract(schema.with_lists(read(self.input, &document, self.recovery)?), &document);
                fitting(&schema, value).map(|value| json!({ "value": value }))
            }
            Operation::Merge => {
                let merged = merge::merge(written_out(self.input)?, document)?;
                Schema::of(merged.clone(), "the merged schema").map_err(Problem::invalid)?;
                Ok(json!({ "schema": merged }))
            }
            Operation::Compile => Ok(json!({ "schema": document })),
            Operation::Info | Operation::Generate => Ok(info::of(&document)),
        }
    }
}

/// A schema from its text, or from its short form.
fn written_out(given: Value) -> Result<Value, Problem> {
    if size(&given) > LONGEST_SCHEMA {
        return Err(Problem::too_large(format!("'schema' takes more than {} KiB", LONGEST_SCHEMA >> 10)));
    }
    let given = match given {
        Value::String(text) => {
            let found = llmspell_recovery::json(&text, Recovery::Lenient);
            found.map_err(|what| Problem::invalid(format!("'schema': {what}")))?.value
        }
        other => other,
    };
    shorthand::written_out(given).map_err(|what| Problem::invalid(format!("'schema': {what}")))
}

/// A text that should be something else is read as JSON.
fn read(input: Value, schema: &Value, recovery: Option<Recovery>) -> Result<Value, Problem> {
    let Value::String(text) = &input else { return Ok(input) };
    if text.len() > LONGEST {
        return Err(Problem::too_large(format!("the text has more than {} MiB", LONGEST >> 20)));
    }
    let is_text = match schema.get("type") {
        Some(Value::String(name)) => name == "string",
        Some(Value::Array(names)) => names.iter().any(|name| name == "string"),
        _ => schema.get("enum").is_some(),
    };
    if is_text && recovery.is_none() {
        return Ok(input);
    }
    match llmspell_recovery::json(text, recovery.unwrap_or_default()) {
        Ok(found) => Ok(found.value),
        Err(what) if recovery.is_some() => Err(Problem::invalid(what)),
        // It may be meant as a text.
        Err(_) => Ok(input),
    }
}

fn errors(schema: &Schema, value: &Value) -> Result<Option<Vec<String>>, Problem> {
    match schema.check(value) {
        Ok(()) => Ok(None),
        Err(Unfit::TooLarge(what)) => Err(Problem::too_large(what)),
        Err(Unfit::Invalid(what)) => Ok(Some(what.split("; ").map(String::from).collect())),
    }
}

fn fitting(schema: &Schema, value: Value) -> Answer {
    match errors(schema, &value)? {
        None => Ok(value),
        Some(errors) => Err(Problem::invalid(format!("the data does not fit the schema: {}", errors.join("; ")))),
    }
}
