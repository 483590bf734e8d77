//! A schema of examples.

use serde_json::{Map, Value, json};

use super::DEPTH;
use crate::standard::Problem;

/// Where so many names are seen in one place, they are data.
const MOST_NAMES: usize = 200;

pub fn of(examples: &[Value]) -> Result<Value, Problem> {
    let examples: Vec<&Value> = examples.iter().collect();
    schema(&examples, DEPTH)
}

fn schema(examples: &[&Value], depth: usize) -> Result<Value, Problem> {
    let Some(below) = depth.checked_sub(1) else { return Err(Problem::too_large("the example is nested too deep")) };
    let mut types: Vec<&str> = Vec::new();
    for example in examples {
        let name = type_of(example);
        if !types.contains(&name) {
            types.push(name);
        }
    }
    // Where both are seen, integers are just numbers without decimals.
    if types.contains(&"number") {
        types.retain(|name| *name != "integer");
    }
    let mut made = Map::new();
    match types.as_slice() {
        [] => return Ok(json!({})),
        [one] => drop(made.insert("type".into(), (*one).into())),
        several => drop(made.insert("type".into(), several.into())),
    }
    if types.contains(&"object") {
        let objects: Vec<&Map<String, Value>> = examples.iter().filter_map(|example| example.as_object()).collect();
        object(&objects, &mut made, below)?;
    }
    if types.contains(&"array") {
        let items: Vec<&Value> = examples.iter().filter_map(|example| example.as_array()).flatten().collect();
        made.insert("items".into(), schema(&items, below)?);
    }
    if types.contains(&"string") {
        let texts: Vec<&str> = examples.iter().filter_map(|example| example.as_str()).collect();
        if let Some(format) = FORMATS.iter().find(|(_, fits)| texts.iter().all(|text| fits(text))) {
            made.insert("format".into(), format.0.into());
        }
    }
    Ok(Value::Object(made))
}

fn object(objects: &[&Map<String, Value>], made: &mut Map<String, Value>, below: usize) -> Result<(), Problem> {
    let mut fields: indexed::Fields<'_> = indexed::Fields::default();
    for object in objects {
        for (name, value) in *object {
            fields.add(name, value);
        }
    }
    if fields.all.len() > MOST_NAMES {
        let values: Vec<&Value> = fields.all.into_iter().flat_map(|(_, values)| values).collect();
        made.insert("additionalProperties".into(), schema(&values, below)?);
        return Ok(());
    }
    let required: Vec<&str> =
        fields.all.iter().filter(|(_, values)| values.len() == objects.len()).map(|(name, _)| *name).collect();
    let mut properties = Map::new();
    let required = Value::from(required);
    for (name, values) in fields.all {
        properties.insert(name.to_owned(), schema(&values, below)?);
    }
    made.insert("properties".into(), properties.into());
    made.insert("required".into(), required);
    Ok(())
}

mod indexed {
    use std::collections::HashMap;

    use serde_json::Value;

    /// Values by name, in the order in which the names are met.
    #[derive(Default)]
    pub struct Fields<'a> {
        pub all: Vec<(&'a str, Vec<&'a Value>)>,
        places: HashMap<&'a str, usize>,
    }

    impl<'a> Fields<'a> {
        pub fn add(&mut self, name: &'a str, value: &'a Value) {
            let place = *self.places.entry(name).or_insert(self.all.len());
            match self.all.get_mut(place) {
                Some((_, values)) => values.push(value),
                None => self.all.push((name, vec![value])),
            }
        }
    }
}

pub fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

type Fits = fn(&str) -> bool;

const FORMATS: &[(&str, Fits)] = &[
    ("uuid", |text| uuid::Uuid::try_parse(text).is_ok() && text.len() == 36),
    ("date-time", |text| text.parse::<jiff::Timestamp>().is_ok()),
    ("date", |text| text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()),
    ("uri", |text| text.contains("://") && url::Url::parse(text).is_ok()),
    ("email", |text| {
        let is_part =
            |part: &str| !part.is_empty() && !part.contains(|letter: char| letter.is_whitespace() || letter == '@');
        text.split_once('@').is_some_and(|(name, host)| is_part(name) && is_part(host) && host.contains('.'))
    }),
];
