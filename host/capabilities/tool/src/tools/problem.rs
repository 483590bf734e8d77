//! One thing that is wrong with a value, in a line.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use llmspell_base::nearest::near;
use serde_json::Value;

use super::quoted::quoted;

/// More than this of a value or a list is not shown.
const LONGEST: usize = 60;
/// Of more names than this none are listed.
const MOST_KNOWN: usize = 20;
/// More than this of what may be chosen is not shown.
const LONGEST_CHOICES: usize = 400;

/// How a line about something that is missing ends.
pub const REQUIRED: &str = " is required";

/// `schema` is the one that the whole value is checked against.
pub fn tell(error: &ValidationError<'_>, schema: &Value) -> String {
    let place = place(error);
    let must = |what: String| format!("{place} must {what}, not {}", show(&error.instance));
    match &error.kind {
        Kind::Required { property } => {
            let path = error.instance_path.as_str();
            let name = property.as_str().unwrap_or_default();
            format!("{}{REQUIRED}", quoted(&if path.is_empty() { name.into() } else { format!("{path}/{name}") }))
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let names: Vec<String> = unexpected.iter().take(5).map(|name| quoted(name)).collect();
            let whole = error.instance_path.as_str().is_empty();
            let known = schema.get("properties").and_then(Value::as_object).filter(|_| whole);
            let hint = known.map_or(String::new(), |known| likeness(unexpected, known.keys()));
            format!("{place} can't have {}{hint}", names.join(", "))
        }
        Kind::Type { kind } => must(format!("be {}", types(kind))),
        Kind::Enum { options } => must(format!("be one of {}", choices(options))) + &meant(&error.instance, options),
        Kind::Constant { expected_value } => must(format!("be {}", show(expected_value))),
        Kind::Minimum { limit } => must(format!("be at least {limit}")),
        Kind::Maximum { limit } => must(format!("be at most {limit}")),
        Kind::ExclusiveMinimum { limit } => must(format!("be more than {limit}")),
        Kind::ExclusiveMaximum { limit } => must(format!("be less than {limit}")),
        Kind::MultipleOf { multiple_of } => must(format!("be a multiple of {multiple_of}")),
        Kind::MinLength { limit } => must(format!("have at least {limit} characters")),
        Kind::MaxLength { limit } => must(format!("have at most {limit} characters")),
        Kind::MinItems { limit } => must(format!("have at least {limit} items")),
        Kind::MaxItems { limit } => must(format!("have at most {limit} items")),
        Kind::AdditionalItems { limit } => must(format!("have at most {limit} items")),
        Kind::MinProperties { limit } => must(format!("have at least {limit} fields")),
        Kind::MaxProperties { limit } => must(format!("have at most {limit} fields")),
        Kind::Pattern { pattern } => must(format!("match {}", quoted(pattern))),
        Kind::UniqueItems => format!("{place} has an item twice"),
        Kind::FalseSchema => format!("{place} is not allowed"),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => {
            format!("{place} fits none of its choices: {}", show(&error.instance))
        }
        Kind::OneOfMultipleValid { .. } => format!("{place} fits more than one of its choices"),
        Kind::PropertyNames { .. } => format!("{place} has a field whose name is not allowed"),
        Kind::Contains => format!("{place} has no item, or too many, of the kind that it has to contain"),
        Kind::Not { .. } => format!("{place} is what it must not be: {}", show(&error.instance)),
        _ => format!("{place} does not fit the schema"),
    }
}

/// The choice that a text is probably a misspelling of.
fn meant(given: &Value, options: &Value) -> String {
    let known: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    match given.as_str().and_then(|given| near_word(given, &known)) {
        Some(meant) => format!("; did you mean {}?", quoted(meant)),
        None => String::new(),
    }
}

/// Of names of one or two letters, each is like any other.
fn near_word<'a>(given: &str, known: &[&'a str]) -> Option<&'a str> {
    near(given, known).filter(|meant| given.len() > 2 && meant.len() > 2)
}

/// What may have been meant instead, or what there is.
fn likeness<'a>(unexpected: &[String], known: impl Iterator<Item = &'a String>) -> String {
    let known: Vec<&str> = known.map(String::as_str).collect();
    if let Some(meant) = unexpected.first().and_then(|name| near_word(name, &known)) {
        return format!("; did you mean {}?", quoted(meant));
    }
    if known.is_empty() || known.len() > MOST_KNOWN {
        return String::new();
    }
    format!("; known are: {}", known.into_iter().map(quoted).collect::<Vec<_>>().join(", "))
}

/// Where it is, as the subject of a sentence.
pub fn place(error: &ValidationError<'_>) -> String {
    match error.instance_path.as_str() {
        "" => "the whole".into(),
        path => quoted(path),
    }
}

fn types(kind: &TypeKind) -> String {
    let word = |one: JsonType| match one {
        JsonType::Null => "null",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "a list",
        JsonType::Object => "an object",
    };
    match kind {
        TypeKind::Single(one) => word(*one).into(),
        TypeKind::Multiple(several) => several.iter().map(word).collect::<Vec<_>>().join(" or "),
    }
}

/// What is allowed, where that can be read at a glance.
fn choices(options: &Value) -> String {
    let text = options.to_string();
    if text.len() <= LONGEST_CHOICES { text } else { show(options) }
}

/// Small values as they are, others by their kind.
fn show(value: &Value) -> String {
    let kind = match value {
        Value::String(text) if text.len() > LONGEST => return format!("a string of {} bytes", text.len()),
        Value::Array(items) if items.len() > LONGEST => return format!("a list of {}", items.len()),
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
        _ => return value.to_string(),
    };
    let text = value.to_string();
    if text.len() <= LONGEST { text } else { kind.into() }
}
