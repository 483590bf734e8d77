//! Conditions on a document's metadata.

use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::{Map, Value};

/// The names that lead to a field, the outermost first.
pub type Path = Arc<[String]>;

/// A condition on metadata.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All of these hold. Without any, it holds.
    All(Vec<Filter>),
    /// One of these holds.
    Any(Vec<Filter>),
    /// This does not hold.
    Not(Box<Filter>),
    /// A field, by its path, is there or is not.
    Exists(Path, bool),
    /// A field, by its path, compares with a value in this way.
    Compare(Path, Comparison, Value),
    /// A field is one of these, or holds one of them.
    In(Path, Vec<Value>),
}

/// A way in which a field compares with a value. What is of another kind, or not there, does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// It is the value, or a list in which the value is.
    Equal,
    /// It comes before the value.
    Less,
    /// It is the value or comes before it.
    LessOrEqual,
    /// It comes after the value.
    Greater,
    /// It is the value or comes after it.
    GreaterOrEqual,
    /// It is a text that begins with the value.
    Prefix,
    /// It is a text in which the value stands, or a list in which the value is.
    Contains,
}

/// The most conditions and values of a filter, and how deep they are nested.
const MOST_PARTS: usize = 1_000;
const MOST_DEPTH: usize = 16;

/// The most of a field's path.
const MOST_NAMES: usize = 16;
const MOST_PATH_BYTES: usize = 256;

const OPERATORS: &str = "eq, ne, in, nin, gt, gte, lt, lte, range, between, exists, prefix, contains";

impl Filter {
    /// Reads `{"field": value}`, `{"field": {"op": value}}`, and `and`, `or`, `not` of these. What is wrong is told in one
    /// line.
    pub fn read(value: &Value) -> Result<Filter, String> {
        let mut room = MOST_PARTS;
        all(value, &mut room, 0)
    }

    /// Whether it holds for this metadata.
    pub fn holds(&self, metadata: &Map<String, Value>) -> bool {
        match self {
            Filter::All(parts) => parts.iter().all(|part| part.holds(metadata)),
            Filter::Any(parts) => parts.iter().any(|part| part.holds(metadata)),
            Filter::Not(part) => !part.holds(metadata),
            Filter::Exists(path, wanted) => field(metadata, path).is_some() == *wanted,
            Filter::In(path, values) => {
                field(metadata, path).is_some_and(|found| values.iter().any(|value| equal(found, value)))
            }
            Filter::Compare(path, comparison, value) => {
                field(metadata, path).is_some_and(|found| comparison.holds(found, value))
            }
        }
    }
}

impl Comparison {
    fn holds(self, found: &Value, value: &Value) -> bool {
        let order = || order(found, value);
        match self {
            Comparison::Equal => equal(found, value),
            Comparison::Less => order() == Some(Ordering::Less),
            Comparison::LessOrEqual => matches!(order(), Some(Ordering::Less | Ordering::Equal)),
            Comparison::Greater => order() == Some(Ordering::Greater),
            Comparison::GreaterOrEqual => matches!(order(), Some(Ordering::Greater | Ordering::Equal)),
            Comparison::Prefix => texts(found, value).is_some_and(|(found, value)| found.starts_with(value)),
            Comparison::Contains => match texts(found, value) {
                Some((found, value)) => found.contains(value),
                None => found.as_array().is_some_and(|list| list.iter().any(|one| same(one, value))),
            },
        }
    }
}

fn all(value: &Value, room: &mut usize, depth: usize) -> Result<Filter, String> {
    if depth > MOST_DEPTH {
        return Err(format!("the filter is nested deeper than {MOST_DEPTH}"));
    }
    let fields = match value {
        Value::Object(fields) => fields,
        // An empty table of Lua.
        Value::Array(list) if list.is_empty() => return Ok(Filter::All(Vec::new())),
        _ => return Err("a filter is an object of fields and conditions".into()),
    };
    let part = |(name, value): (&String, &Value)| {
        take(room)?;
        match name.strip_prefix('$').unwrap_or(name) {
            "and" | "all" => list(name, value, room, depth).map(Filter::All),
            "or" | "any" => list(name, value, room, depth).map(Filter::Any),
            "not" => Ok(Filter::Not(Box::new(all(value, room, depth + 1)?))),
            _ => conditions(name, value, room),
        }
    };
    let mut parts = fields.iter().map(part).collect::<Result<Vec<_>, _>>()?;
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => Ok(only),
        (_, last) => Ok(Filter::All(parts.into_iter().chain(last).collect())),
    }
}

fn list(name: &str, value: &Value, room: &mut usize, depth: usize) -> Result<Vec<Filter>, String> {
    let Value::Array(list) = value else { return Err(format!("the filter's '{}' is a list of filters", shown(name))) };
    list.iter().map(|one| all(one, room, depth + 1)).collect()
}

fn take(room: &mut usize) -> Result<(), String> {
    *room = room.checked_sub(1).ok_or(format!("the filter has more than {MOST_PARTS} conditions and values"))?;
    Ok(())
}

/// Of one field: a value that it is, or an object of operators. All of them have to hold.
fn conditions(name: &str, value: &Value, room: &mut usize) -> Result<Filter, String> {
    let path = path(name)?;
    let Value::Object(operators) = value else {
        return Ok(Filter::Compare(path, Comparison::Equal, value.clone()));
    };
    let parts = operators.iter().map(|(operator, value)| {
        take(room)?;
        condition(name, path.clone(), operator, value, room)
    });
    parts.collect::<Result<_, _>>().map(Filter::All)
}

fn path(name: &str) -> Result<Path, String> {
    if name.len() > MOST_PATH_BYTES {
        return Err(format!(
            "the filter's field '{}' has {} bytes; at most {MOST_PATH_BYTES} are allowed",
            shown(name),
            name.len()
        ));
    }
    let names: Vec<String> = name.split('.').map(String::from).collect();
    if names.len() > MOST_NAMES {
        return Err(format!(
            "the filter's field '{}' has {} names; at most {MOST_NAMES} are allowed",
            shown(name),
            names.len()
        ));
    }
    Ok(names.into())
}

fn condition(name: &str, path: Path, operator: &str, value: &Value, room: &mut usize) -> Result<Filter, String> {
    let wrong = |what: &str| Err(format!("the filter of '{name}': {operator} takes {what}"));
    let compare = |comparison| Ok(Filter::Compare(path.clone(), comparison, value.clone()));
    match operator.strip_prefix('$').unwrap_or(operator) {
        "eq" | "equals" => compare(Comparison::Equal),
        "ne" => Ok(Filter::Not(Box::new(compare(Comparison::Equal)?))),
        "gt" => compare(Comparison::Greater),
        "gte" | "min" => compare(Comparison::GreaterOrEqual),
        "lt" => compare(Comparison::Less),
        "lte" | "max" => compare(Comparison::LessOrEqual),
        "prefix" => compare(Comparison::Prefix),
        "contains" => compare(Comparison::Contains),
        "exists" => match value {
            Value::Bool(wanted) => Ok(Filter::Exists(path, *wanted)),
            _ => wrong("true or false"),
        },
        "in" | "nin" | "not_in" => {
            let values = match value {
                Value::Array(values) => values.clone(),
                Value::Object(none) if none.is_empty() => Vec::new(),
                _ => return wrong("a list of values"),
            };
            values.iter().try_for_each(|_| take(room))?;
            let is_in = Filter::In(path, values);
            Ok(if operator.ends_with("nin") || operator.ends_with("not_in") {
                Filter::Not(Box::new(is_in))
            } else {
                is_in
            })
        }
        "range" | "between" => match value.as_array().map(Vec::as_slice) {
            Some([from, to]) => Ok(Filter::All(vec![
                Filter::Compare(path.clone(), Comparison::GreaterOrEqual, from.clone()),
                Filter::Compare(path, Comparison::LessOrEqual, to.clone()),
            ])),
            _ => wrong("a list of two values, the least and the most"),
        },
        _ => Err(format!("the filter of '{name}': there is no operator '{}'; known are: {OPERATORS}", shown(operator))),
    }
}

/// The beginning of what somebody else wrote.
fn shown(text: &str) -> String {
    text.chars().take(40).collect::<String>().escape_debug().to_string()
}

/// Null counts as absent.
fn field<'a>(metadata: &'a Map<String, Value>, path: &[String]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    let found = rest.iter().try_fold(metadata.get(first)?, |value, name| value.get(name))?;
    Some(found).filter(|found| !found.is_null())
}

fn equal(found: &Value, value: &Value) -> bool {
    same(found, value) || found.as_array().is_some_and(|list| list.iter().any(|one| same(one, value)))
}

/// 1 and 1.0 are the same.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(_), Value::Number(_)) => order(one, other) == Some(Ordering::Equal),
        _ => one == other,
    }
}

fn order(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
        },
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

fn texts<'a>(one: &'a Value, other: &'a Value) -> Option<(&'a str, &'a str)> {
    Some((one.as_str()?, other.as_str()?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(filter: Value, metadata: Value) -> bool {
        Filter::read(&filter).unwrap().holds(metadata.as_object().unwrap())
    }

    #[test]
    fn each_operator_holds_and_does_not() {
        let about = json!({"n": 5, "s": "manual", "tags": ["a", "b"], "deep": {"x": 1.5}, "none": null, "yes": true});
        for (filter, wanted) in [
            (json!({}), true),
            (json!({"n": 5.0}), true),
            (json!({"s": "manual", "n": 6}), false),
            (json!({"tags": "b"}), true),
            (json!({"n": {"gt": 4, "lt": 6}}), true),
            (json!({"n": {"gte": 5, "lte": 4}}), false),
            (json!({"n": {"range": [1, 5]}}), true),
            (json!({"n": {"gt": "4"}}), false),
            (json!({"s": {"in": ["x", "manual"]}}), true),
            (json!({"s": {"nin": ["x"]}}), true),
            (json!({"s": {"$not_in": ["manual"]}}), false),
            (json!({"deep.x": 1.5}), true),
            (json!({"none": {"exists": false}}), true),
            (json!({"yes": {"exists": true}}), true),
            (json!({"s": {"prefix": "man"}}), true),
            (json!({"s": {"contains": "nua"}}), true),
            (json!({"tags": {"contains": "c"}}), false),
            (json!({"missing": {"ne": 1}}), true),
            (json!({"not": {"n": 5}}), false),
            (json!({"$or": [{"n": 1}, {"and": [{"n": 5}, {"s": "manual"}]}]}), true),
            (json!({"or": []}), false),
        ] {
            assert_eq!(holds(filter.clone(), about.clone()), wanted, "{filter}");
        }
    }

    #[test]
    fn what_is_no_filter_is_told() {
        for (filter, message) in [
            (json!(1), "a filter is an object"),
            (json!({"a": {"like": 1}}), "the filter of 'a': there is no operator 'like'; known are: eq"),
            (json!({"a": {"in": 1}}), "the filter of 'a': in takes a list of values"),
            (
                json!({".".repeat(1 << 20): 1}),
                "the filter's field '........................................' has 1048576",
            ),
            (
                json!({"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a": 1}),
                "the filter's field 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a' has 17",
            ),
            (json!({"or": {}}), "the filter's 'or' is a list of filters"),
            (json!({"a": {"in": (0..10_000).collect::<Vec<_>>()}}), "the filter has more than 1000 conditions"),
        ] {
            let told = Filter::read(&filter).unwrap_err();
            assert!(told.starts_with(message), "{told}");
        }
        let mut deep = json!({"a": 1});
        for _ in 0..20 {
            deep = json!({ "not": deep });
        }
        assert!(Filter::read(&deep).unwrap_err().contains("deeper than 16"));
    }
}
