//! What holds or not: conditions of branches, steps and loops, as they are written.

use serde_json::Value;

use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_base::nearest::nearest;

mod expression;

pub use expression::{Expression, holds};

#[derive(Debug)]
pub enum Condition {
    Is(bool),
    /// The spell's function answers.
    Function(u64),
    DataEquals {
        key: String,
        value: Value,
    },
    DataExists(String),
    ResultEquals {
        step: String,
        value: Value,
    },
    Succeeded(String),
    Failed(String),
    Contains {
        step: String,
        text: String,
    },
    /// Without space around it, in lower case.
    Classified {
        step: String,
        expected: String,
    },
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Custom(Expression),
}

const TYPES: &[&str] = &[
    "always",
    "never",
    "shared_data_equals",
    "shared_data_exists",
    "step_result_equals",
    "step_succeeded",
    "step_failed",
    "step_output_contains",
    "agent_classification",
    "and",
    "or",
    "not",
    "custom",
];

impl Condition {
    /// `what` is its place, for messages.
    pub fn read(what: &str, value: Value) -> Result<Condition, Failure> {
        if let Value::Bool(holds) = value {
            return Ok(Condition::Is(holds));
        }
        let mut fields = Fields::of(what.to_owned(), value)?;
        if let Some(handler) = fields.whole("function", 0..=u64::MAX)? {
            fields.end()?;
            return Ok(Condition::Function(handler));
        }
        let Some(kind) = fields.text("type")? else {
            return Err(Failure::invalid(format!(
                "{what}: a condition needs a 'type'; known are: {}",
                TYPES.join(", ")
            )));
        };
        let read = Condition::of_type(what, &kind, &mut fields)?;
        fields.end()?;
        Ok(read)
    }

    fn of_type(what: &str, kind: &str, fields: &mut Fields) -> Result<Condition, Failure> {
        Ok(match kind {
            "always" => Condition::Is(true),
            "never" => Condition::Is(false),
            "shared_data_equals" => {
                Condition::DataEquals { key: text(what, fields, "key")?, value: raw(fields, "value") }
            }
            "shared_data_exists" => Condition::DataExists(text(what, fields, "key")?),
            "step_result_equals" => {
                Condition::ResultEquals { step: text(what, fields, "step")?, value: raw(fields, "value") }
            }
            "step_succeeded" => Condition::Succeeded(text(what, fields, "step")?),
            "step_failed" => Condition::Failed(text(what, fields, "step")?),
            "step_output_contains" => {
                Condition::Contains { step: text(what, fields, "step")?, text: text(what, fields, "search_text")? }
            }
            "agent_classification" => Condition::Classified {
                step: text(what, fields, "step")?,
                expected: plain(&text(what, fields, "expected")?),
            },
            "and" => Condition::And(list(what, fields)?),
            "or" => Condition::Or(list(what, fields)?),
            "not" => {
                let value = fields.take("condition").ok_or_else(|| missing(what, "condition"))?;
                Condition::Not(Box::new(Condition::read(&format!("{what}.condition"), value)?))
            }
            "custom" => Condition::Custom(Expression::parse(&text(what, fields, "expression")?)),
            other => {
                let other: String = other.chars().take(40).collect();
                let hint = nearest(&other, TYPES);
                return Err(Failure::invalid(format!("{what}: there is no condition of type '{other}'{hint}")));
            }
        })
    }

    /// Finds the references in its expressions, when the steps are known.
    pub fn resolve(&mut self, has_step: &dyn Fn(&str) -> bool) {
        match self {
            Condition::And(conditions) | Condition::Or(conditions) => {
                conditions.iter_mut().for_each(|condition| condition.resolve(has_step));
            }
            Condition::Not(condition) => condition.resolve(has_step),
            Condition::Custom(expression) => expression.resolve(has_step),
            _ => {}
        }
    }

    /// The steps that it asks about.
    pub fn steps(&self) -> Vec<&str> {
        match self {
            Condition::ResultEquals { step, .. }
            | Condition::Succeeded(step)
            | Condition::Failed(step)
            | Condition::Contains { step, .. }
            | Condition::Classified { step, .. } => vec![step],
            Condition::And(conditions) | Condition::Or(conditions) => {
                conditions.iter().flat_map(Condition::steps).collect()
            }
            Condition::Not(condition) => condition.steps(),
            _ => Vec::new(),
        }
    }
}

/// A text as classifications are compared.
pub fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}

fn text(what: &str, fields: &mut Fields, name: &'static str) -> Result<String, Failure> {
    fields.text(name)?.ok_or_else(|| missing(what, name))
}

/// A value that may be null.
fn raw(fields: &mut Fields, name: &'static str) -> Value {
    fields.take_raw(name).unwrap_or_default()
}

fn list(what: &str, fields: &mut Fields) -> Result<Vec<Condition>, Failure> {
    let Some(Value::Array(items)) = fields.take("conditions") else { return Err(missing(what, "conditions")) };
    let place = |at: usize| format!("{what}.conditions[{}]", at + 1);
    items.into_iter().enumerate().map(|(at, item)| Condition::read(&place(at), item)).collect()
}

fn missing(what: &str, name: &str) -> Failure {
    Failure::invalid(format!("{what}: '{name}' is missing"))
}
