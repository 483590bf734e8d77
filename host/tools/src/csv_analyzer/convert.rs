//! A table in another form.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::analyze::number;
use super::table::Table;
use crate::standard::{Answer, Problem, room};

#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    #[default]
    Json,
    Jsonl,
    Tsv,
    Csv,
    Markdown,
}

pub fn convert(table: &Table, format: Format, infer: bool) -> Answer {
    let rows = || table.rows.iter().map(|row| row.iter().collect::<Vec<&str>>());
    Ok(match format {
        Format::Tsv => table.write(&table.names, rows(), b'\t')?,
        Format::Csv => table.write(&table.names, rows(), b',')?,
        Format::Json => format!("[{}]", objects(table, infer, ",")?),
        Format::Jsonl => objects(table, infer, "\n")?,
        Format::Markdown => markdown(table)?,
    }
    .into())
}

/// One JSON object for each row. The names are repeated in each, so the text can be many times the table.
fn objects(table: &Table, infer: bool, between: &str) -> Result<String, Problem> {
    let names: Vec<String> = table.names.iter().map(|name| Value::from(name.as_str()).to_string()).collect();
    let mut text = String::new();
    for (at, row) in table.rows.iter().enumerate() {
        if row.len() > names.len() {
            let (number, has, known) = (at + 1, row.len(), names.len());
            let why = "a JSON object has no place for those without a name";
            return Err(Problem::invalid(format!("row {number} has {has} fields, and the header {known}: {why}")));
        }
        text.push_str(if at == 0 { "" } else { between });
        text.push('{');
        for (at, (name, field)) in names.iter().zip(row.iter()).enumerate() {
            text.push_str(if at == 0 { "" } else { "," });
            text.push_str(name);
            text.push(':');
            text.push_str(&if infer { typed(field) } else { Value::from(field) }.to_string());
        }
        text.push('}');
        room(text.len())?;
    }
    Ok(text)
}

/// Numbers but for those that a zero begins, which are names of something.
fn typed(field: &str) -> Value {
    let zero = field.trim_start_matches('-');
    if zero.len() > 1 && zero.starts_with('0') && !zero.starts_with("0.") {
        return field.into();
    }
    match field {
        "" => Value::Null,
        "true" => true.into(),
        "false" => false.into(),
        field => match (field.parse::<i64>(), number(field)) {
            (Ok(number), _) => number.into(),
            (_, Some(number)) => number.into(),
            _ => field.into(),
        },
    }
}

fn markdown(table: &Table) -> Result<String, Problem> {
    let line = |fields: &mut dyn Iterator<Item = &str>| {
        let fields: Vec<String> = fields.map(|field| field.replace('|', "\\|").replace(['\n', '\r'], " ")).collect();
        format!("| {} |\n", fields.join(" | "))
    };
    let mut text = line(&mut table.names.iter().map(String::as_str));
    text += &format!("|{}\n", " --- |".repeat(table.names.len()));
    for row in &table.rows {
        text += &line(&mut row.iter());
        room(text.len())?;
    }
    Ok(text)
}
