//! A part of a table, or its columns in another order.

use std::cmp::Ordering;

use csv::StringRecord;
use llmspell_capability_tool::Chance;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Options;
use super::analyze::number;
use super::table::Table;
use crate::standard::{Answer, Problem};

#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    #[default]
    Eq,
    Ne,
    Gt,
    Gte,
    Lt,
    Lte,
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    #[default]
    First,
    Random,
}

pub fn filter(table: &Table, options: &Options) -> Answer {
    let column = options.column(options.column.as_ref(), "options.column", table)?;
    let Some(value) = &options.value else { return Err(Problem::missing("options.value", "what is compared with")) };
    let value = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let operator = options.operator.unwrap_or_default();
    let rows = table.rows.iter().filter(|row| holds(operator, row.get(column).unwrap_or_default(), &value));
    Ok(table.write(&table.names, rows.map(|row| row.iter().collect()), table.delimiter)?.into())
}

fn holds(operator: Operator, field: &str, value: &str) -> bool {
    let is_order = matches!(operator, Operator::Gt | Operator::Gte | Operator::Lt | Operator::Lte);
    if is_order && number(field).is_some() != number(value).is_some() {
        return false; // a text is neither more nor less than a number
    }
    let order = compare(field, value);
    match operator {
        Operator::Eq => order == Ordering::Equal,
        Operator::Ne => order != Ordering::Equal,
        Operator::Gt => order == Ordering::Greater,
        Operator::Gte => order != Ordering::Less,
        Operator::Lt => order == Ordering::Less,
        Operator::Lte => order != Ordering::Greater,
        Operator::Contains => field.contains(value),
        Operator::StartsWith => field.starts_with(value),
        Operator::EndsWith => field.ends_with(value),
    }
}

/// Numbers before texts, each among themselves.
fn compare(a: &str, b: &str) -> Ordering {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

pub fn sample(table: &Table, options: &Options, chance: &Chance) -> Answer {
    let size = options.size.unwrap_or(10).min(table.rows.len());
    let mut places: Vec<usize> = (0..table.rows.len()).collect();
    if matches!(options.method, Some(Method::Random)) {
        let bytes = chance.bytes(size * 8);
        for (at, eight) in bytes.chunks_exact(8).enumerate() {
            let drawn = eight.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
            let left = places.len() - at;
            places.swap(at, at + usize::try_from(drawn % left as u64).unwrap_or_default());
        }
    }
    places.truncate(size);
    // As they stand in the table.
    places.sort_unstable();
    let rows = places.iter().filter_map(|at| table.rows.get(*at)).map(|row| row.iter().collect());
    Ok(table.write(&table.names, rows, table.delimiter)?.into())
}

pub fn transform(table: &Table, options: &Options) -> Answer {
    let columns: Vec<usize> = match &options.columns {
        None => (0..table.names.len()).collect(),
        Some(names) if names.len() > table.names.len() => {
            return Err(Problem::invalid("'options.columns' has more columns than the table"));
        }
        Some(names) => names.iter().map(|name| table.column(name)).collect::<Result<_, _>>()?,
    };
    let mut names = table.names.clone();
    for (old, new) in options.rename.iter().flatten() {
        let column = table.column(old)?;
        let Some(new) = new.as_str() else {
            return Err(Problem::invalid("'options.rename' must have a new name for each old one"));
        };
        if let Some(name) = names.get_mut(column) {
            *name = new.into();
        }
    }
    let mut rows: Vec<&StringRecord> = table.rows.iter().collect();
    if let Some(sort_by) = &options.sort_by {
        let column = table.column(sort_by)?;
        let field = |row: &&StringRecord| row.get(column).unwrap_or_default().to_owned();
        let mut keyed: Vec<(String, &StringRecord)> = rows.iter().map(|row| (field(row), *row)).collect();
        keyed.sort_by(|(a, _), (b, _)| {
            let order = compare(a, b);
            if options.descending { order.reverse() } else { order }
        });
        rows = keyed.into_iter().map(|(_, row)| row).collect();
    }
    let names: Vec<String> = columns.iter().filter_map(|at| names.get(*at).cloned()).collect();
    let rows = rows.into_iter().map(|row| columns.iter().map(|at| row.get(*at).unwrap_or_default()).collect());
    Ok(table.write(&names, rows, table.delimiter)?.into())
}
