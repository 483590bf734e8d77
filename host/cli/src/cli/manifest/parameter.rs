//! Parameters that a manifest describes.

use anyhow::{Context, bail, ensure};
use llmspell_wasm::nearest;
use serde::Deserialize;
use serde_json::{Number, Value};

/// What a manifest says of a parameter.
#[derive(Deserialize, Default)]
pub struct Parameter {
    #[serde(rename = "type")]
    kind: Option<String>,
    pub default: Option<Value>,
    #[serde(default)]
    pub required: bool,
    pub description: Option<String>,
}

impl Parameter {
    /// Whether its type is one, and its default of that type: what is given to spells is what was checked.
    pub fn check(&mut self, name: &str) -> anyhow::Result<()> {
        let kind = self.kind.as_deref().unwrap_or("string");
        if !TYPES.contains(&kind) {
            bail!("parameters.{name}: there is no type '{kind}'{}", nearest(kind, &TYPES));
        }
        if let Some(default) = &self.default {
            self.default = Some(self.value(default).with_context(|| format!("parameters.{name}.default"))?);
        }
        Ok(())
    }

    /// "integer, 2 if it is not given: how many".
    pub fn about(&self) -> String {
        let kind = self.kind.as_deref().unwrap_or("string");
        let absent = match &self.default {
            Some(default) => format!(", {default} if it is not given"),
            None if self.required => ", has to be given".into(),
            None => String::new(),
        };
        let about = self.description.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
        format!("{kind}{absent}{about}")
    }

    /// What is asked where it has to be given and is not.
    pub fn question(&self, name: &str) -> String {
        let about = self.description.as_ref().map(|text| format!(", {text}")).unwrap_or_default();
        format!("{name} ({}{about}): ", self.kind.as_deref().unwrap_or("string"))
    }

    /// What is given, by the parameter's type: a text of the command line, or a value that already is of the type.
    pub fn value(&self, given: &Value) -> anyhow::Result<Value> {
        let text = given.as_str().map_or_else(|| given.to_string(), String::from);
        let text = text.as_str();
        Ok(match self.kind.as_deref().unwrap_or("string") {
            "integer" | "int" => {
                Value::from(text.parse::<i64>().map_err(|_| anyhow::anyhow!("'{text}' is no whole number"))?)
            }
            "number" | "float" => {
                let whole = text.parse::<i64>().ok().map(Number::from);
                let number = whole.or_else(|| text.parse().ok().and_then(Number::from_f64));
                Value::Number(number.with_context(|| format!("'{text}' is no number"))?)
            }
            "boolean" | "bool" => match text {
                "true" | "yes" | "1" => true.into(),
                "false" | "no" | "0" => false.into(),
                _ => bail!("'{text}' is neither true nor false"),
            },
            kind @ ("array" | "list" | "object" | "table" | "map") => {
                let value: Value = serde_json::from_str(text).with_context(|| format!("'{text}' is no JSON"))?;
                let is_list = matches!(kind, "array" | "list");
                ensure!(if is_list { value.is_array() } else { value.is_object() }, "'{text}' is no {kind} in JSON");
                value
            }
            _ if given.is_array() || given.is_object() => bail!("'{text}' is no text"),
            _ => text.into(),
        })
    }
}

const TYPES: [&str; 12] =
    ["string", "integer", "int", "number", "float", "boolean", "bool", "array", "list", "object", "table", "map"];
