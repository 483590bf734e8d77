//! Reads loops.

use std::ops::Range;
use std::time::Duration;

use serde_json::Value;

use llmspell_base::Failure;
use llmspell_base::fields::Fields;

use super::Shape;
use super::reader::{Common, LONGEST_MS, Reader, join, word};
use crate::condition::Condition;
use crate::interpolate::{self, Single};

#[derive(Debug)]
pub struct Repeat {
    pub steps: Range<usize>,
    pub items: Items,
    pub most: u64,
    pub breaks: Vec<(Condition, Option<String>)>,
    pub aggregation: Aggregation,
    pub delay: Duration,
}

/// What a loop goes through.
#[derive(Debug)]
pub enum Items {
    Range {
        start: i64,
        step: i64,
        count: u64,
    },
    List(Vec<Value>),
    /// A reference to a list.
    Reference(Single),
    /// The same, until the steps are known.
    Text(String),
    While(Condition),
}

/// Which outputs of iterations are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregation {
    All,
    First(usize),
    Last(usize),
    None,
}

pub const MOST_ITERATIONS: u64 = 100_000;
const ITERATIONS: u64 = 1_000;
const KEEP: u64 = 10;
const AGGREGATIONS: &[&str] = &["collect_all", "last_only", "first_n", "last_n", "none"];
const MOST_BREAKS: usize = 64;

impl Reader {
    pub fn repeat(&mut self, path: &str, fields: &mut Fields, common: &mut Common) -> Result<Shape, Failure> {
        let most = fields.whole("max_iterations", 1..=MOST_ITERATIONS)?.unwrap_or(ITERATIONS);
        let items = items(path, fields)?;
        let count = match &items {
            Items::Range { count, .. } => *count,
            Items::List(items) => items.len() as u64,
            _ => 0,
        };
        if count > most {
            return Err(too_many(count, most, path));
        }
        let breaks = breaks(path, fields)?;
        let keep = fields.whole("keep", 1..=MOST_ITERATIONS)?.unwrap_or(KEEP) as usize;
        let aggregation = match word(fields, "aggregation", AGGREGATIONS)?.unwrap_or(0) {
            0 => Aggregation::All,
            1 => Aggregation::Last(1),
            2 => Aggregation::First(keep),
            3 => Aggregation::Last(keep),
            _ => Aggregation::None,
        };
        let delay = Duration::from_millis(fields.whole("delay_ms", 0..=LONGEST_MS)?.unwrap_or(0));
        let steps = self.body(path, fields, common)?;
        Ok(Shape::Loop(Box::new(Repeat { steps, items, most, breaks, aggregation, delay })))
    }
}

/// The failure of a loop that is known to be too long before it begins.
pub fn too_many(count: u64, most: u64, path: &str) -> Failure {
    Failure::invalid(format!(
        "{}: the loop has {count} iterations, and 'max_iterations' is {most}: raise it (up to {MOST_ITERATIONS})",
        if path.is_empty() { "the workflow" } else { path }
    ))
}

fn items(path: &str, fields: &mut Fields) -> Result<Items, Failure> {
    let what = if path.is_empty() { "the workflow" } else { path };
    let given: Vec<&str> = ["range", "collection", "while"].into_iter().filter(|name| fields.has(&[name])).collect();
    if given.len() != 1 {
        let found = if given.is_empty() { "none".to_owned() } else { given.join(" and ") };
        return Err(Failure::invalid(format!(
            "{what}: a loop needs exactly one of range, collection, while, and has {found}"
        )));
    }
    if let Some(value) = fields.take("range") {
        return range(&join(path, "range"), value);
    }
    if let Some(value) = fields.take("while") {
        return Condition::read(&join(path, "while"), value).map(Items::While);
    }
    match fields.take("collection") {
        Some(Value::Array(items)) => Ok(Items::List(items)),
        Some(Value::String(text)) if interpolate::is_reference(&text) => Ok(Items::Text(text)),
        other => Err(fields.wrong("collection", "a list, or a text that is one reference", &other.unwrap_or_default())),
    }
}

fn range(what: &str, value: Value) -> Result<Items, Failure> {
    let mut fields = Fields::of(what.to_owned(), value)?;
    let (start, end, step) =
        (integer(&mut fields, "start")?, integer(&mut fields, "end")?, integer(&mut fields, "step")?);
    fields.end()?;
    let (Some(start), Some(end)) = (start, end) else {
        return Err(Failure::invalid(format!("{what}: 'start' and 'end' are needed")));
    };
    let step = step.unwrap_or(1);
    if step == 0 {
        return Err(Failure::invalid(format!("{what}: 'step' must not be 0")));
    }
    let (distance, stride) = (i128::from(end) - i128::from(start), i128::from(step));
    // Rounded up: the end is not included.
    let count = (distance + stride - stride.signum()) / stride;
    Ok(Items::Range { start, step, count: u64::try_from(count.max(0)).unwrap_or(u64::MAX) })
}

/// A whole number, also where a language wrote it as 10.0.
fn integer(fields: &mut Fields, name: &'static str) -> Result<Option<i64>, Failure> {
    let Some(value) = fields.take(name) else { return Ok(None) };
    let exact = |number: f64| (number.fract() == 0.0 && number.abs() <= 9e15).then_some(number as i64);
    match value.as_i64().or_else(|| value.as_f64().and_then(exact)) {
        Some(number) => Ok(Some(number)),
        None => Err(fields.wrong(name, "a whole number", &value)),
    }
}

fn breaks(path: &str, fields: &mut Fields) -> Result<Vec<(Condition, Option<String>)>, Failure> {
    let at = join(path, "break");
    let items = match fields.take("break") {
        None => return Ok(Vec::new()),
        Some(Value::Array(items)) if items.len() <= MOST_BREAKS => items,
        Some(other) => {
            return Err(fields.wrong("break", &format!("a list of at most {MOST_BREAKS} conditions"), &other));
        }
    };
    let read = |(number, item): (usize, Value)| {
        let place = format!("{at}[{}]", number + 1);
        let mut fields = Fields::of(place.clone(), item)?;
        let condition =
            fields.take("condition").ok_or_else(|| Failure::invalid(format!("{place}: 'condition' is missing")))?;
        let condition = Condition::read(&join(&place, "condition"), condition)?;
        let message = fields.text("message")?;
        fields.end()?;
        Ok((condition, message))
    };
    items.into_iter().enumerate().map(read).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_range_counts_up_to_its_end_and_not_to_it() {
        for (start, end, step, expected) in
            [(1, 4, 1, 3), (0, 10, 3, 4), (0, 9, 3, 3), (5, 0, -2, 3), (4, 4, 1, 0), (4, 1, 1, 0), (1, 4, -1, 0)]
        {
            let range = range("it", json!({ "start": start, "end": end, "step": step })).unwrap();
            assert!(
                matches!(range, Items::Range { count, .. } if count == expected),
                "{start} {end} {step}: {range:?}"
            );
        }
        let longest = range("it", json!({ "start": i64::MIN, "end": i64::MAX })).unwrap();
        assert!(matches!(longest, Items::Range { count: u64::MAX, .. }), "{longest:?}");
        assert!(range("it", json!({ "start": 0, "end": 1, "step": 0 })).is_err());
    }
}
