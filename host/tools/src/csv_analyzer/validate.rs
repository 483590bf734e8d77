//! Whether the rows of a table keep to its form and to rules.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::analyze::number;
use super::table::Table;
use crate::standard::{Answer, Problem, present, word};

/// What a column must hold.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    column: String,
    /// Of what is not empty.
    #[serde(default)]
    r#type: Option<Type>,
    /// Whether it may be empty.
    #[serde(default)]
    required: bool,
    /// Whether a value may be there twice.
    #[serde(default)]
    unique: bool,
}

#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Type {
    String,
    Integer,
    Number,
    Boolean,
    Date,
}

/// More are counted and not told.
const MOST_ERRORS: usize = 100;
/// Each is a pass over the table.
const MOST_RULES: usize = 100;

pub fn validate(table: &Table, rules: &[Rule]) -> Answer {
    let (mut errors, mut count) = (Vec::new(), 0usize);
    let mut wrong = |row: usize, column: Option<&str>, message: String| {
        count += 1;
        if errors.len() < MOST_ERRORS {
            errors.push(present(json!({ "row": row, "column": column, "message": message })));
        }
    };
    let first = 1 + usize::from(table.has_names);
    let columns = table.names.len();
    for (at, row) in table.rows.iter().enumerate().filter(|(_, row)| row.len() != columns) {
        wrong(at + first, None, format!("has {} fields, not {columns}", row.len()));
    }
    if rules.len() > MOST_RULES {
        return Err(Problem::too_large(format!("'options.rules' has more than {MOST_RULES} rules")));
    }
    for rule in rules {
        let column = table.column(&rule.column)?;
        let mut seen = std::collections::HashSet::new();
        for (at, row) in table.rows.iter().enumerate() {
            let field = row.get(column).unwrap_or_default().trim();
            let mut tell = |message: String| wrong(at + first, Some(&rule.column), message);
            if field.is_empty() {
                if rule.required {
                    tell("is required".into());
                }
                continue;
            }
            if let Some(kind) = rule.r#type.filter(|kind| !is(field, *kind)) {
                tell(format!("must be of the type {}", word(kind)));
            }
            if rule.unique && !seen.insert(field) {
                tell("is there twice".into());
            }
        }
    }
    let errors: Vec<Value> = errors;
    Ok(json!({ "valid": count == 0, "errors": errors, "total_rows": table.rows.len(), "error_count": count }))
}

fn is(field: &str, kind: Type) -> bool {
    match kind {
        Type::String => true,
        Type::Integer => field.parse::<i64>().is_ok(),
        Type::Number => number(field).is_some(),
        Type::Boolean => matches!(field.to_ascii_lowercase().as_str(), "true" | "false"),
        Type::Date => field.parse::<jiff::civil::Date>().is_ok(),
    }
}
