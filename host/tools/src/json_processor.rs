//! `json-processor`: what jq's language finds in JSON, and checks by schemas.

use llmspell_capability_tool::schema::{Schema, Unfit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::queries::{Query, QueryError};
use crate::standard::{Answer, Context, MOST_BYTES, Problem, Standard, present, word};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JsonProcessor {
    /// JSON, or its text. For stream: a text with a JSON value on each line.
    input: Value,
    #[serde(default)]
    operation: Operation,
    /// A program in jq's language, such as ".users[] | select(.age > 17) | .name".
    query: Option<String>,
    /// validate: a JSON Schema.
    schema: Option<Map<String, Value>>,
}

/// query, transform, jq: what the program makes of the input. stream: what it makes of each value. validate: whether the
/// input is JSON, and fits the schema.
#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Operation {
    #[default]
    Query,
    Transform,
    Jq,
    Stream,
    Validate,
}

/// About a second of work, and no more than the whole run has.
const FUEL: u64 = 1_000_000_000;
const MEMORY: usize = 128 << 20;
const LONGEST_PROGRAM: usize = 64 << 10;

impl Standard for JsonProcessor {
    const NAME: &'static str = "json-processor";
    const DESCRIPTION: &'static str =
        "Finds and changes parts of JSON with a program in jq's language, or checks JSON.";
    const CATEGORY: &'static str = "data";
    const IS_LONG: bool = true;
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[
        ("text", "input"),
        ("content", "input"),
        ("data", "input"),
        ("json", "input"),
        ("op", "operation"),
        ("action", "operation"),
        ("expression", "query"),
        ("filter", "query"),
        ("path", "query"),
    ];

    fn operation(&self) -> String {
        word(self.operation)
    }

    fn run(self, cx: &Context) -> Answer {
        if matches!(self.operation, Operation::Validate) {
            return self.validate();
        }
        let is_stream = matches!(self.operation, Operation::Stream);
        let query = match &self.query {
            Some(query) => query.as_str(),
            None if is_stream => ".",
            None => return Err(Problem::missing("query", "a program in jq's language")),
        };
        if query.len() > LONGEST_PROGRAM || query.contains('\0') {
            return Err(Problem::too_large(format!(
                "'query' must have at most {} KiB, and no zero",
                LONGEST_PROGRAM >> 10
            )));
        }
        let input = match self.input {
            Value::String(text) if is_stream => text,
            Value::String(text) => match serde_json::from_str::<serde::de::IgnoredAny>(&text) {
                Ok(_) => text,
                Err(error) => return Err(Problem::invalid(format!("'input' is no JSON: {error}"))),
            },
            value => value.to_string(),
        };
        let asked = Query {
            program: query,
            input: &input,
            now: cx.chance.clock.now(),
            fuel: cx.meter.reserve_fuel(FUEL, cx.fuel),
            memory: cx.memory.min(MEMORY),
            results: MOST_BYTES,
        };
        let (lines, left) = cx.queries.query(asked);
        cx.meter.return_fuel(left);
        let lines = lines.map_err(problem)?;
        let results: Result<Vec<Value>, _> = lines.lines().map(serde_json::from_str).collect();
        let results = results.map_err(|error| Problem::too_large(format!("a result can't be read: {error}")))?;
        let first = results.first().cloned().unwrap_or_default();
        let count = results.len();
        Ok(present(json!({ "result": first, "results": results, "count": count })))
    }
}

impl JsonProcessor {
    fn validate(self) -> Answer {
        let value = match self.input {
            Value::String(text) => match serde_json::from_str(&text) {
                Ok(value) => value,
                Err(error) => {
                    return Ok(json!({ "valid": false, "errors": [format!("it is no JSON: {error}")] }));
                }
            },
            value => value,
        };
        let Some(schema) = self.schema else { return Ok(json!({ "valid": true, "errors": [] })) };
        let schema = Schema::of(Value::Object(schema), "'schema'").map_err(Problem::invalid)?;
        match schema.check(&value) {
            Ok(()) => Ok(json!({ "valid": true, "errors": [] })),
            Err(Unfit::TooLarge(_)) => Err(Problem::too_large("'input' is too large for so long a schema")),
            Err(Unfit::Invalid(message)) => Ok(json!({ "valid": false, "errors": [message] })),
        }
    }
}

fn problem(error: QueryError) -> Problem {
    let line = |text: String| text.lines().next().unwrap_or_default().chars().take(400).collect::<String>();
    match error {
        QueryError::Program(text) => {
            let text = line(text);
            let text = text.strip_prefix("jq: error: ").unwrap_or(&text).replace(" (Unix shell quoting issues?)", "");
            Problem::invalid(format!("'query' is no program of jq: {text}"))
        }
        QueryError::Value(text) => Problem::invalid(format!("the query failed: {}", line(text))),
        QueryError::Input(text) => Problem::invalid(format!("'input' is no JSON: {}", line(text))),
        QueryError::Fuel => Problem::too_large("the query takes too much work: it was stopped"),
        QueryError::Memory => Problem::too_large("the query takes too much memory, or goes too deep: it was stopped"),
        QueryError::Results => Problem::too_large(format!("the results take more than {} MiB", MOST_BYTES >> 20)),
        QueryError::Missing => Problem::invalid("queries are not part of this build: `make build` adds them"),
    }
}
