//! `output-processor`: what models say, read as JSON, YAML, XML, Markdown or CSV, and values written as these.

use llmspell_capability_tool::schema::{Schema, Unfit};
use llmspell_recovery::{Recovery, Repair};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::standard::{Answer, Context, INPUT_AND_OPERATION, Problem, Standard, word};
use detect::detect;
use read::read;

mod csv;
mod detect;
mod markdown;
mod read;
mod write;
mod xml;
mod yaml;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutputProcessor {
    /// What a model said. For format: any value.
    #[serde(default)]
    input: Value,
    #[serde(default)]
    operation: Operation,
    /// json, yaml, xml, markdown, csv or plain. Without one, it is detected; format writes JSON.
    format: Option<Format>,
    /// How much may be mended: strict (nothing), lenient (what has one meaning only), best_effort (also what was cut off or
    /// left out). parse is lenient by itself, and recover goes as far as it can.
    recovery: Option<Recovery>,
    /// parse, recover: a JSON Schema that the value has to fit.
    schema: Option<Map<String, Value>>,
    /// format: the format of the input, which is a text then.
    from: Option<Format>,
    /// format: how many spaces each level of JSON is indented by.
    indent: Option<u8>,
    /// format: the columns of CSV and of tables, in their order. Without them: all, as they are met.
    columns: Option<Vec<String>>,
}

/// parse: the value in a text. recover: the same, mended as far as it goes. detect: which format a text is in. format: a value
/// as text. validate: whether a text is in a format as it stands. schema: what parse gives of a format.
#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Operation {
    #[default]
    Parse,
    Recover,
    Detect,
    Format,
    Validate,
    Schema,
}

#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Json,
    #[serde(alias = "yml")]
    Yaml,
    Xml,
    #[serde(alias = "md")]
    Markdown,
    Csv,
    #[serde(alias = "text")]
    Plain,
}

/// What was read, and what was mended for it.
pub struct Reading {
    pub value: Value,
    pub repairs: Vec<Repair>,
}

impl From<Value> for Reading {
    fn from(value: Value) -> Reading {
        Reading { value, repairs: Vec::new() }
    }
}

impl Standard for OutputProcessor {
    const NAME: &'static str = "output-processor";
    const DESCRIPTION: &'static str = "Reads JSON, YAML, XML, Markdown and CSV as models write them, mends what is broken, and writes values as these.";
    const CATEGORY: &'static str = "data";
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = INPUT_AND_OPERATION;

    fn operation(&self) -> String {
        word(self.operation)
    }

    fn run(self, _: &Context) -> Answer {
        match self.operation {
            Operation::Parse => self.parse(Recovery::Lenient),
            Operation::Recover => self.parse(Recovery::BestEffort),
            Operation::Detect => {
                let format = match self.input.as_str() {
                    Some(text) => {
                        read::bounded(text).map_err(Problem::too_large)?;
                        detect(text)
                    }
                    None => Format::Json,
                };
                Ok(json!({ "format": format }))
            }
            Operation::Format => {
                let format = self.format.unwrap_or(Format::Json);
                let columns = self.columns.unwrap_or_default();
                let value = match (self.from, self.input) {
                    (Some(from), Value::String(text)) => {
                        read(&text, from, self.recovery.unwrap_or_default()).map_err(Problem::invalid)?.value
                    }
                    (_, input) => input,
                };
                let text = write::write(&value, format, usize::from(self.indent.unwrap_or(0).min(16)), &columns)?;
                Ok(json!({ "format": format, "text": text }))
            }
            Operation::Validate => self.validate(),
            Operation::Schema => {
                let format = self.format.ok_or_else(|| Problem::missing("format", "of which the schema is"))?;
                Ok(json!({ "format": format, "schema": schema_of(format) }))
            }
        }
    }
}

impl OutputProcessor {
    fn parse(self, by_itself: Recovery) -> Answer {
        let Value::String(text) = self.input else {
            return checked(self.schema, Format::Json, self.input.into());
        };
        read::bounded(&text).map_err(Problem::too_large)?;
        let format = self.format.unwrap_or_else(|| detect(&text));
        // That a text has marks of Markdown makes no data of it, where nobody asked for its parts.
        let read_as = if self.format.is_none() && format == Format::Markdown { Format::Plain } else { format };
        let reading = read(&text, read_as, self.recovery.unwrap_or(by_itself)).map_err(Problem::invalid)?;
        checked(self.schema, format, reading)
    }

    fn validate(self) -> Answer {
        let Value::String(text) = &self.input else { return Err(Problem::invalid("validate takes a text")) };
        read::bounded(text).map_err(Problem::too_large)?;
        let format = self.format.unwrap_or_else(|| detect(text));
        let errors: Vec<String> = read(text, format, Recovery::Strict).err().into_iter().collect();
        Ok(json!({ "format": format, "valid": errors.is_empty(), "errors": errors }))
    }
}

fn checked(schema: Option<Map<String, Value>>, format: Format, reading: Reading) -> Answer {
    if let Some(schema) = schema {
        let schema = Schema::of(Value::Object(schema), "'schema'").map_err(Problem::invalid)?;
        match schema.check(&reading.value) {
            Ok(()) => {}
            Err(Unfit::TooLarge(what)) => return Err(Problem::too_large(what)),
            Err(Unfit::Invalid(what)) => {
                return Err(Problem::invalid(format!("the value does not fit the schema: {what}")));
            }
        }
    }
    Ok(json!({ "format": format, "value": reading.value, "repairs": reading.repairs }))
}

/// What `read` gives, as a JSON Schema.
fn schema_of(format: Format) -> Value {
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    match format {
        Format::Json | Format::Yaml => json!({}),
        Format::Xml => json!({ "type": "object", "minProperties": 1, "maxProperties": 1 }),
        Format::Csv => {
            json!({ "type": "array", "items": { "type": "object", "additionalProperties": { "type": "string" } } })
        }
        Format::Plain => json!({ "type": "string" }),
        Format::Markdown => json!({
            "type": "object",
            "properties": {
                "title": { "type": "string" },
                "headings": { "type": "array", "items": { "type": "object", "properties": { "level": { "type": "integer" }, "text": { "type": "string" } } } },
                "paragraphs": texts,
                "code": { "type": "array", "items": { "type": "object", "properties": { "language": { "type": "string" }, "text": { "type": "string" } } } },
                "lists": { "type": "array", "items": texts },
                "tables": { "type": "array", "items": { "type": "array", "items": { "type": "object", "additionalProperties": { "type": "string" } } } },
                "links": { "type": "array", "items": { "type": "object", "properties": { "text": { "type": "string" }, "url": { "type": "string" } } } },
            },
            "required": ["headings", "paragraphs", "code", "lists", "tables", "links"],
        }),
    }
}
