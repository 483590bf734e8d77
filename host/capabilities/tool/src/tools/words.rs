//! The words of JSON Schema, from draft 6 on, and what each takes.

use serde_json::Value;

/// What follows a word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Takes {
    Schema,
    /// Of them, at least one has to fit, but that costs a copy of what does not.
    Choices,
    Schemas,
    /// One for all, or a list.
    Items,
    /// By names.
    Named,
    ByPattern,
    /// What others may refer to.
    Definitions,
    Dependencies,
    Reference,
    Pattern,
    Types,
    Names,
    NamesByName,
    List,
    Text,
    Flag,
    Count,
    Number,
    Divisor,
    /// Nothing is checked by it.
    Anything,
    /// Understood, and left out: it makes the cost of a check hard to foresee, or leads out of the document.
    Refused,
}

pub fn takes(word: &str) -> Takes {
    match word {
        "not" | "if" | "then" | "else" | "additionalProperties" | "additionalItems" | "contains" | "propertyNames" => {
            Takes::Schema
        }
        "anyOf" | "oneOf" => Takes::Choices,
        "allOf" | "prefixItems" => Takes::Schemas,
        "items" => Takes::Items,
        "properties" | "dependentSchemas" => Takes::Named,
        "patternProperties" => Takes::ByPattern,
        "$defs" | "definitions" => Takes::Definitions,
        "dependencies" => Takes::Dependencies,
        "$ref" => Takes::Reference,
        "pattern" => Takes::Pattern,
        "type" => Takes::Types,
        "required" => Takes::Names,
        "dependentRequired" => Takes::NamesByName,
        "enum" => Takes::List,
        "format" | "contentEncoding" | "contentMediaType" => Takes::Text,
        "uniqueItems" => Takes::Flag,
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "minContains"
        | "maxContains" => Takes::Count,
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => Takes::Number,
        "multipleOf" => Takes::Divisor,
        "$id"
        | "$anchor"
        | "$dynamicRef"
        | "$dynamicAnchor"
        | "$recursiveRef"
        | "$recursiveAnchor"
        | "$vocabulary"
        | "$schema"
        | "unevaluatedProperties"
        | "unevaluatedItems" => Takes::Refused,
        _ => Takes::Anything,
    }
}

const TYPES: &[&str] = &["null", "boolean", "integer", "number", "string", "array", "object"];

impl Takes {
    /// What it has to be, if it is not so. What lies within a schema is not looked at.
    pub fn misses(self, value: &Value) -> Option<&'static str> {
        let is_schema = value.is_object() || value.is_boolean();
        let is_names = |value: &Value| value.as_array().is_some_and(|all| all.iter().all(Value::is_string));
        let is_type = |value: &Value| value.as_str().is_some_and(|word| TYPES.contains(&word));
        let is_whole = |number: f64| number >= 0.0 && number.fract() == 0.0 && number <= 9e15;
        let (good, what) = match self {
            Takes::Schema => (is_schema, "a schema"),
            Takes::Choices => (value.as_array().is_some_and(|all| !all.is_empty()), "a list of at least one schema"),
            Takes::Schemas => (value.as_array().is_some_and(|all| !all.is_empty()), "a list of at least one schema"),
            Takes::Items => (is_schema || value.is_array(), "a schema, or a list of schemas"),
            Takes::Named | Takes::Definitions => (value.is_object(), "an object with a schema for each name"),
            Takes::ByPattern => (value.is_object(), "an object with a schema for each pattern"),
            Takes::Dependencies => (value.is_object(), "an object with a schema or a list of names for each name"),
            Takes::Reference | Takes::Pattern | Takes::Text => (value.is_string(), "a string"),
            Takes::Types => {
                let several = value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(is_type));
                (
                    several || is_type(value),
                    "null, boolean, integer, number, string, array or object, or a list of them",
                )
            }
            Takes::Names => (is_names(value), "a list of names"),
            Takes::NamesByName => (
                value.as_object().is_some_and(|map| map.values().all(is_names)),
                "an object with a list of names for each name",
            ),
            Takes::List => (value.as_array().is_some_and(|all| !all.is_empty()), "a list of at least one value"),
            Takes::Flag => (value.is_boolean(), "true or false"),
            Takes::Count => (value.as_f64().is_some_and(is_whole), "a whole number from 0"),
            Takes::Number => (value.is_number(), "a number"),
            Takes::Divisor => (value.as_f64().is_some_and(|number| number > 0.0), "a number above 0"),
            Takes::Anything | Takes::Refused => (true, ""),
        };
        (!good).then_some(what)
    }
}
