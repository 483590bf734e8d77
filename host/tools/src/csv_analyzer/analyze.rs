//! What is in each column of a table.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::table::Table;
use crate::standard::{Answer, number as shown};

pub fn analyze(table: &Table) -> Answer {
    let columns: Vec<Value> = table.names.iter().enumerate().map(|(at, name)| column(table, at, name)).collect();
    let ragged = table.rows.iter().filter(|row| row.len() != table.names.len()).count();
    Ok(json!({
        "row_count": table.rows.len(), "column_count": table.names.len(), "headers": table.names,
        "delimiter": char::from(table.delimiter).to_string(), "ragged_rows": ragged, "columns": columns,
    }))
}

#[expect(clippy::cast_precision_loss, reason = "a table has fewer rows than a float has integers")]
fn column(table: &Table, at: usize, name: &str) -> Value {
    let fields = table.rows.iter().map(|row| row.get(at).unwrap_or_default().trim());
    let filled: Vec<&str> = fields.filter(|field| !field.is_empty()).collect();
    let unique = filled.iter().collect::<HashSet<_>>().len();
    let numbers: Vec<f64> = filled.iter().filter_map(|field| number(field)).collect();
    let all = |is: fn(&str) -> bool| !filled.is_empty() && filled.iter().all(|field| is(field));
    let kind = match () {
        () if filled.is_empty() => "empty",
        () if all(|field| field.parse::<i64>().is_ok()) => "integer",
        () if numbers.len() == filled.len() => "float",
        () if all(|field| matches!(field.to_ascii_lowercase().as_str(), "true" | "false")) => "boolean",
        () if all(|field| field.parse::<jiff::civil::Date>().is_ok()) => "date",
        () => "string",
    };
    let mut about = Map::new();
    about.insert("name".into(), name.into());
    about.insert("type".into(), kind.into());
    about.insert("count".into(), filled.len().into());
    about.insert("empty".into(), (table.rows.len() - filled.len()).into());
    about.insert("unique".into(), unique.into());
    if matches!(kind, "integer" | "float") {
        let sum: f64 = numbers.iter().sum();
        about.insert("min".into(), shown(numbers.iter().copied().fold(f64::INFINITY, f64::min)));
        about.insert("max".into(), shown(numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max)));
        about.insert("sum".into(), shown(sum));
        about.insert("mean".into(), shown(sum / numbers.len() as f64));
    }
    Value::Object(about)
}

/// Of a field that is one.
pub fn number(field: &str) -> Option<f64> {
    field.trim().parse().ok().filter(|number: &f64| number.is_finite())
}
