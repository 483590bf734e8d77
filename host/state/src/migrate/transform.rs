//! One step of a migration, on one value.

use serde_json::{Map, Number, Value};

use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_base::nearest::nearest;

/// Where in an object: "a.b" is the field `b` of the object `a`.
#[derive(Debug, Clone, PartialEq)]
pub struct Field(Vec<String>);

#[derive(Debug, Clone, PartialEq)]
pub enum Transformation {
    /// Both have the value then.
    Copy {
        field: Field,
        to: Field,
    },
    /// The value moves.
    Rename {
        field: Field,
        to: Field,
    },
    /// Into another type. What can't be converted fails the migration.
    Convert {
        field: Field,
        to: Field,
        kind: Kind,
    },
    /// Where there is nothing, or null.
    Default {
        field: Field,
        value: Value,
    },
    Remove {
        field: Field,
    },
    /// A text into several, the last of which gets the rest. Those that nothing is left for stay away.
    Split {
        field: Field,
        to: Vec<Field>,
        separator: String,
        keep: bool,
    },
    /// Several into one text. Those that are absent are left out.
    Merge {
        fields: Vec<Field>,
        to: Field,
        separator: String,
        keep: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Text,
    Number,
    Integer,
    Boolean,
    List,
}

const NAMES: &[&str] = &["copy", "rename", "convert", "default", "remove", "split", "merge"];
const KINDS: &[&str] = &["string", "number", "integer", "boolean", "array"];

/// The most parts of a field's name, and fields of a split or a merge.
const MOST_PARTS: usize = 16;

/// How deep a value may be nested.
const MOST_DEPTH: usize = 64;

fn is_within(value: &Value, depth: usize) -> bool {
    let inside = |value: &Value| depth > 0 && is_within(value, depth - 1);
    match value {
        Value::Array(items) => depth > 0 && items.iter().all(inside),
        Value::Object(fields) => depth > 0 && fields.values().all(inside),
        _ => true,
    }
}

impl Field {
    fn parse(name: &str) -> Result<Field, Failure> {
        let parts: Vec<String> = name.split('.').map(String::from).collect();
        if name.is_empty() || parts.len() > MOST_PARTS || parts.iter().any(String::is_empty) {
            return Err(Failure::invalid(format!("'{name}' is no field such as \"name\" or \"address.city\"")));
        }
        Ok(Field(parts))
    }

    fn get<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(value, |value, part| value.get(part)).filter(|value| !value.is_null())
    }

    fn remove(&self, value: &mut Value) -> Option<Value> {
        let (last, way) = self.0.split_last()?;
        let object = way.iter().try_fold(value, |value, part| value.get_mut(part))?;
        object.as_object_mut()?.shift_remove(last)
    }

    fn set(&self, value: &mut Value, new: Value) -> Result<(), String> {
        let mut place = value;
        for part in &self.0 {
            if place.is_null() {
                *place = Value::Object(Map::new());
            }
            let object = place.as_object_mut();
            let object =
                object.ok_or_else(|| format!("'{}' leads through something that is no object", self.name()))?;
            place = object.entry(part.clone()).or_insert(Value::Null);
        }
        *place = new;
        Ok(())
    }

    fn name(&self) -> String {
        self.0.join(".")
    }
}

impl Transformation {
    /// `{transform, field, to, ..}`.
    pub fn parse(map: Map<String, Value>) -> Result<Transformation, Failure> {
        let mut given = Fields::of("it", Value::Object(map))?;
        let word = given.text("transform")?.or(given.text("type")?).unwrap_or_default();
        let name = word.to_ascii_lowercase();
        let missing = |what: &str| Failure::invalid(format!("'{name}' needs `{what}`"));
        let one = |text: Option<String>, what: &str| Field::parse(&text.ok_or_else(|| missing(what))?);
        let many = |texts: Vec<String>, what: &str| -> Result<Vec<Field>, Failure> {
            if texts.is_empty() {
                return Err(missing(what));
            }
            texts.iter().map(|text| Field::parse(text)).collect()
        };
        let transformation = match name.as_str() {
            "copy" => {
                Transformation::Copy { field: one(given.text("field")?, "field")?, to: one(given.text("to")?, "to")? }
            }
            "rename" | "move" => {
                Transformation::Rename { field: one(given.text("field")?, "field")?, to: one(given.text("to")?, "to")? }
            }
            "convert" => {
                let field = one(given.text("field")?, "field")?;
                let kind = given.text("to_type")?.ok_or_else(|| missing("to_type"))?;
                let to = given.text("to")?.map(|to| Field::parse(&to)).transpose()?;
                Transformation::Convert { to: to.unwrap_or_else(|| field.clone()), field, kind: Kind::parse(&kind)? }
            }
            "default" => {
                let field = one(given.text("field")?, "field")?;
                Transformation::Default { field, value: given.take("value").ok_or_else(|| missing("value"))? }
            }
            "remove" | "delete" => Transformation::Remove { field: one(given.text("field")?, "field")? },
            "split" => Transformation::Split {
                field: one(given.text("field")?, "field")?,
                to: many(given.texts("to", MOST_PARTS)?, "to")?,
                separator: given
                    .text("separator")?
                    .filter(|text| !text.is_empty())
                    .ok_or_else(|| missing("separator"))?,
                keep: flag(given.take("keep"))?,
            },
            "merge" => Transformation::Merge {
                fields: many(given.texts("fields", MOST_PARTS)?, "fields")?,
                to: one(given.text("to")?, "to")?,
                separator: given.text("separator")?.unwrap_or_else(|| " ".into()),
                keep: flag(given.take("keep"))?,
            },
            "" => return Err(missing("transform")),
            _ => return Err(Failure::invalid(format!("there is no transform '{name}'{}", nearest(&name, NAMES)))),
        };
        given.end()?;
        Ok(transformation)
    }

    /// Gives the size of what it made, in bytes: 0 where there was nothing to do. The value must not grow over `most` bytes
    /// at any step: a chain of copies would double it each time.
    pub fn apply(&self, value: &mut Value, most: usize) -> Result<usize, String> {
        if !self.change(value)? {
            return Ok(0);
        }
        let size = value.to_string().len();
        if size > most {
            return Err(format!("the value would have {size} bytes; at most {most} are allowed"));
        }
        // What is nested deeper could not be read again.
        if !is_within(value, MOST_DEPTH) {
            return Err(format!("the value would be nested over {MOST_DEPTH} levels deep"));
        }
        Ok(size)
    }

    /// Whether there was something to do.
    fn change(&self, value: &mut Value) -> Result<bool, String> {
        match self {
            Transformation::Copy { field, to } => {
                let Some(found) = field.get(value).cloned() else { return Ok(false) };
                to.set(value, found)?;
            }
            Transformation::Rename { field, to } => {
                let Some(found) = field.get(value).cloned() else { return Ok(false) };
                field.remove(value);
                to.set(value, found)?;
            }
            Transformation::Convert { field, to, kind } => {
                let Some(found) = field.get(value) else { return Ok(false) };
                let converted = kind.convert(found).map_err(|what| format!("'{}' {what}", field.name()))?;
                to.set(value, converted)?;
            }
            Transformation::Default { field, value: default } => {
                if field.get(value).is_some() {
                    return Ok(false);
                }
                field.set(value, default.clone())?;
            }
            Transformation::Remove { field } => return Ok(field.remove(value).is_some()),
            Transformation::Split { field, to, separator, keep } => {
                let Some(found) = field.get(value) else { return Ok(false) };
                let text = found.as_str().ok_or_else(|| format!("'{}' is no text", field.name()))?;
                let parts: Vec<String> = text.splitn(to.len(), separator.as_str()).map(String::from).collect();
                if !keep {
                    field.remove(value);
                }
                to.iter().zip(parts).try_for_each(|(to, part)| to.set(value, part.into()))?;
            }
            Transformation::Merge { fields, to, separator, keep } => {
                let mut parts = Vec::new();
                for field in fields {
                    match field.get(value) {
                        None => {}
                        Some(Value::String(text)) => parts.push(text.clone()),
                        Some(Value::Array(_) | Value::Object(_)) => {
                            return Err(format!("'{}' is no text and no number", field.name()));
                        }
                        Some(other) => parts.push(other.to_string()),
                    }
                }
                if parts.is_empty() {
                    return Ok(false);
                }
                if !keep {
                    fields.iter().for_each(|field| drop(field.remove(value)));
                }
                to.set(value, parts.join(separator).into())?;
            }
        }
        Ok(true)
    }
}

fn flag(value: Option<Value>) -> Result<bool, Failure> {
    match value {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(flag),
        Some(_) => Err(Failure::invalid("'keep' must be true or false")),
    }
}

impl Kind {
    fn parse(name: &str) -> Result<Kind, Failure> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "string" | "text" => Kind::Text,
            "number" | "float" => Kind::Number,
            "integer" | "int" => Kind::Integer,
            "boolean" | "bool" => Kind::Boolean,
            "array" | "list" => Kind::List,
            _ => return Err(Failure::invalid(format!("there is no type '{name}'{}", nearest(name, KINDS)))),
        })
    }

    fn convert(self, value: &Value) -> Result<Value, String> {
        let wrong = |what: &str| {
            let shown: String = value.to_string().chars().take(60).collect();
            format!("holds {shown}, which is no {what}")
        };
        match (self, value) {
            (Kind::Text, Value::String(_)) | (Kind::Number, Value::Number(_)) | (Kind::Boolean, Value::Bool(_)) => {
                Ok(value.clone())
            }
            (Kind::List, Value::Array(_)) => Ok(value.clone()),
            (Kind::List, other) => Ok(Value::Array(vec![other.clone()])),
            (Kind::Text, other) => Ok(other.to_string().into()),
            (Kind::Number, Value::String(text)) => {
                // Digits keep all their places.
                let number = serde_json::from_str::<Number>(text.trim()).map_err(|_| wrong("number"))?;
                Ok(number.into())
            }
            (Kind::Number | Kind::Integer, Value::Bool(flag)) => Ok(i64::from(*flag).into()),
            (Kind::Integer, Value::Number(number)) if number.is_i64() => Ok(value.clone()),
            (Kind::Integer, Value::Number(number)) => {
                let whole = number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 9e15);
                whole.map(|number| (number as i64).into()).ok_or_else(|| wrong("integer"))
            }
            (Kind::Integer, Value::String(text)) => {
                text.trim().parse::<i64>().map(Value::from).map_err(|_| wrong("integer"))
            }
            (Kind::Boolean, Value::Number(number)) => match number.as_f64() {
                Some(0.0) => Ok(false.into()),
                Some(1.0) => Ok(true.into()),
                _ => Err(wrong("boolean")),
            },
            (Kind::Boolean, Value::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Ok(true.into()),
                "false" | "no" | "0" => Ok(false.into()),
                _ => Err(wrong("boolean")),
            },
            (Kind::Number, _) => Err(wrong("number")),
            (Kind::Integer, _) => Err(wrong("integer")),
            (Kind::Boolean, _) => Err(wrong("boolean")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn apply(transformation: Value, value: Value) -> Result<Value, String> {
        let Value::Object(map) = transformation else { panic!("no object") };
        let mut value = value;
        Transformation::parse(map).map_err(|failure| failure.message)?.apply(&mut value, 1_000)?;
        Ok(value)
    }

    #[test]
    fn each_kind_does_what_its_name_says() {
        for (transformation, before, after) in [
            (json!({"transform": "copy", "field": "a", "to": "b.c"}), json!({"a": 1}), json!({"a": 1, "b": {"c": 1}})),
            (json!({"transform": "copy", "field": "x", "to": "b"}), json!({"a": 1}), json!({"a": 1})),
            (
                json!({"transform": "rename", "field": "a.b", "to": "c"}),
                json!({"a": {"b": 1}}),
                json!({"a": {}, "c": 1}),
            ),
            (json!({"transform": "default", "field": "v", "value": 2}), json!({"v": null}), json!({"v": 2})),
            (json!({"transform": "default", "field": "v", "value": 2}), json!({"v": false}), json!({"v": false})),
            (json!({"transform": "remove", "field": "a"}), json!({"a": 1, "b": 2}), json!({"b": 2})),
            (
                json!({"transform": "convert", "field": "n", "to_type": "number"}),
                json!({"n": "9007199254740993"}),
                json!({"n": 9007199254740993_i64}),
            ),
            (json!({"transform": "convert", "field": "n", "to_type": "integer"}), json!({"n": 2.0}), json!({"n": 2})),
            (
                json!({"transform": "convert", "field": "n", "to_type": "boolean"}),
                json!({"n": "yes"}),
                json!({"n": true}),
            ),
            (json!({"transform": "convert", "field": "n", "to_type": "string"}), json!({"n": 1}), json!({"n": "1"})),
            (
                json!({"transform": "split", "field": "name", "separator": " ", "to": ["first", "last"]}),
                json!({"name": "Ada King Lovelace"}),
                json!({"first": "Ada", "last": "King Lovelace"}),
            ),
            (
                json!({"transform": "merge", "fields": ["first", "middle", "last"], "to": "name"}),
                json!({"first": "Ada", "last": "Lovelace"}),
                json!({"name": "Ada Lovelace"}),
            ),
        ] {
            assert_eq!(apply(transformation.clone(), before), Ok(after), "{transformation}");
        }
    }

    #[test]
    fn what_can_not_be_done_says_what_and_where() {
        for (transformation, before, part) in [
            (json!({"transform": "coppy", "field": "a"}), json!({}), "did you mean 'copy'?"),
            (json!({"transform": "copy", "field": "a"}), json!({}), "'copy' needs `to`"),
            (json!({"transform": "copy", "field": "a", "to": "b", "too": 1}), json!({}), "unknown field 'too'"),
            (json!({"transform": "convert", "field": "a", "to_type": "integer"}), json!({"a": "x"}), "'a' holds \"x\""),
            (json!({"transform": "copy", "field": "a", "to": "a.b"}), json!({"a": 1}), "no object"),
            (json!({"transform": "split", "field": "a", "separator": ",", "to": "b"}), json!({"a": 1}), "no text"),
            (json!({"transform": "remove", "field": "a..b"}), json!({}), "'a..b' is no field"),
        ] {
            let what = apply(transformation.clone(), before).unwrap_err();
            assert!(what.contains(part), "{transformation}: {what}");
        }
    }

    #[test]
    fn a_chain_of_copies_ends_at_the_limit() {
        let mut value = json!({"a": "xxxxxxxx"});
        let copy = |field: &str, to: &str| Transformation::Copy {
            field: Field::parse(field).unwrap(),
            to: Field::parse(to).unwrap(),
        };
        let chain = [copy("a", "b.x"), copy("a", "b.y"), copy("b", "a")];
        let ended = (0..100).find(|step| chain[step % 3].apply(&mut value, 10_000).is_err());
        assert!(ended.is_some_and(|step| step < 60), "{ended:?}");
    }

    #[test]
    fn a_value_that_holds_itself_again_and_again_ends_at_the_depth_that_can_be_read() {
        let mut value = json!({"a": 1});
        let wrap = Transformation::Copy { field: Field::parse("a").unwrap(), to: Field::parse("a.b").unwrap() };
        let into = Transformation::Rename { field: Field::parse("a").unwrap(), to: Field::parse("b.b.b").unwrap() };
        assert!(wrap.apply(&mut value, 10_000).is_err(), "through a number");
        let back = Transformation::Rename { field: Field::parse("b").unwrap(), to: Field::parse("a").unwrap() };
        let steps = [into, back];
        let ended = (0..100).find(|step| steps[step % 2].apply(&mut value, 1_000_000).is_err());
        assert!(ended.is_some_and(|step| step < 70), "{ended:?}");
        assert!(serde_json::from_str::<Value>(&value.to_string()).is_ok());
    }
}
