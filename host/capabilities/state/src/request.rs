//! What a spell asks of the store, from what it wrote.

use serde_json::Value;

use llmspell_base::fields::Fields;
use llmspell_base::nearest::nearest;
use llmspell_base::{Code, Failure};
use llmspell_state::{
    Change, Condition, Lifetime, List, MOST_CHANGES, MOST_ENTRIES, MOST_MILLISECONDS, check_names, check_numbers,
};

const OPTIONS: &str = "the options";

/// Checks the names of a scope and a key. Fails as "invalid".
pub fn names(scope: &str, key: &str) -> Result<(), Failure> {
    check_names(scope, Some(key)).map_err(|problem| Failure::invalid(problem.to_string()))
}

/// Checks the name of a scope. Fails as "invalid".
pub fn check_scope(scope: &str) -> Result<(), Failure> {
    check_names(scope, None).map_err(|problem| Failure::invalid(problem.to_string()))
}

/// The change that stores a JSON text under a key.
pub fn put(scope: &str, key: &str, value: &str, options: &str) -> Result<Change, Failure> {
    check_numbers(value).map_err(Failure::invalid)?;
    let mut fields = Fields::parse(OPTIONS, options)?;
    let change = take_put(scope, key, value.into(), &mut fields)?;
    fields.end()?;
    Ok(change)
}

/// The change that deletes a key.
pub fn delete(scope: &str, key: &str, options: &str) -> Result<Change, Failure> {
    let mut fields = Fields::parse(OPTIONS, options)?;
    let change = take_delete(scope, key, &mut fields)?;
    fields.end()?;
    Ok(change)
}

/// The change that adds a JSON number to the one under a key.
pub fn increment(scope: &str, key: &str, by: &str, options: &str) -> Result<Change, Failure> {
    let mut fields = Fields::parse(OPTIONS, options)?;
    let by = serde_json::from_str(by).map_err(|error| Failure::invalid(format!("what is added: {error}")))?;
    let change = take_increment(scope, key, by, &mut fields)?;
    fields.end()?;
    Ok(change)
}

/// The options of a listing, of which each has a default.
pub fn list(options: &str) -> Result<List, Failure> {
    let mut fields = Fields::parse(OPTIONS, options)?;
    let list = List {
        prefix: fields.text("prefix")?.unwrap_or_default(),
        after: fields.text("after")?,
        limit: fields.whole("limit", 1..=MOST_ENTRIES as u64)?.unwrap_or(0) as usize,
        values: fields.flag("values")?.unwrap_or(false),
    };
    fields.end()?;
    Ok(list)
}

/// All changes of a commit.
pub fn commit(changes: &str) -> Result<Vec<Change>, Failure> {
    let list = match serde_json::from_str(changes) {
        Ok(Value::Array(list)) => list,
        // An empty table of Lua.
        Ok(Value::Object(map)) if map.is_empty() => Vec::new(),
        Ok(_) => return Err(Failure::invalid("the changes must be a list")),
        Err(error) => return Err(Failure::invalid(format!("the changes are not valid JSON: {error}"))),
    };
    if list.len() > MOST_CHANGES {
        let message = format!("a commit of {} changes; at most {MOST_CHANGES} are allowed", list.len());
        return Err(Failure::new(Code::TooLarge, message));
    }
    let at = |number: usize, failure: Failure| Failure {
        message: format!("change {}: {}", number + 1, failure.message),
        ..failure
    };
    let read = |(number, one): (usize, Value)| change(one).map_err(|failure| at(number, failure));
    list.into_iter().enumerate().map(read).collect()
}

const OPERATIONS: &[&str] = &["put", "delete", "increment", "check", "clear"];

fn change(one: Value) -> Result<Change, Failure> {
    let mut fields = Fields::of("it", one)?;
    let word =
        fields.text("op")?.ok_or_else(|| Failure::invalid(format!("`op` is missing: {}", OPERATIONS.join(", "))))?;
    let scope = fields.text("scope")?.ok_or_else(|| Failure::invalid("`scope` is missing"))?;
    if word == "clear" {
        check_scope(&scope)?;
        fields.end()?;
        return Ok(Change::Clear { scope });
    }
    let key = fields.text("key")?.ok_or_else(|| Failure::invalid("`key` is missing"))?;
    let change = match word.as_str() {
        "put" => {
            // JSON's null is a value, too.
            let value = fields.take_raw("value").ok_or_else(|| Failure::invalid("`value` is missing"))?;
            take_put(&scope, &key, value.to_string(), &mut fields)?
        }
        "delete" => take_delete(&scope, &key, &mut fields)?,
        "increment" => {
            let by = fields.take("by").unwrap_or_else(|| 1.into());
            take_increment(&scope, &key, by, &mut fields)?
        }
        "check" => {
            names(&scope, &key)?;
            Change::Check { scope, key, condition: condition(&mut fields)? }
        }
        _ => return Err(Failure::invalid(format!("there is no operation '{word}'{}", nearest(&word, OPERATIONS)))),
    };
    fields.end()?;
    Ok(change)
}

fn take_put(scope: &str, key: &str, value: String, fields: &mut Fields) -> Result<Change, Failure> {
    names(scope, key)?;
    let (condition, kept) = (condition(fields)?, fields.flag("keep_ttl")?.unwrap_or(false));
    let lifetime = match (lifetime(fields)?, kept) {
        (None, false) => Lifetime::Unlimited,
        (None, true) => Lifetime::Kept,
        (Some(lifetime), false) => lifetime,
        (Some(_), true) => return Err(two(&["ttl_ms", "expires_at", "keep_ttl"])),
    };
    Ok(Change::Put { scope: scope.into(), key: key.into(), value, condition, lifetime })
}

fn take_delete(scope: &str, key: &str, fields: &mut Fields) -> Result<Change, Failure> {
    names(scope, key)?;
    let condition = version(fields)?.map_or(Condition::Any, Condition::Version);
    Ok(Change::Delete { scope: scope.into(), key: key.into(), condition })
}

fn take_increment(scope: &str, key: &str, by: Value, fields: &mut Fields) -> Result<Change, Failure> {
    names(scope, key)?;
    let Value::Number(by) = by else {
        return Err(Failure::invalid(format!("what is added must be a number, not {by}")));
    };
    let lifetime = lifetime(fields)?.unwrap_or(Lifetime::Kept);
    Ok(Change::Increment { scope: scope.into(), key: key.into(), by, lifetime })
}

fn version(fields: &mut Fields) -> Result<Option<u64>, Failure> {
    fields.whole("if_version", 1..=i64::MAX as u64)
}

fn condition(fields: &mut Fields) -> Result<Condition, Failure> {
    match (version(fields)?, fields.flag("if_absent")?.unwrap_or(false)) {
        (None, false) => Ok(Condition::Any),
        (None, true) => Ok(Condition::Absent),
        (Some(version), false) => Ok(Condition::Version(version)),
        (Some(_), true) => Err(two(&["if_version", "if_absent"])),
    }
}

/// A year over which nothing can be trusted: 9999.
const LATEST: u64 = 253_402_300_799_999;

/// How long something stays, by `ttl_ms` or `expires_at`.
pub fn lifetime(fields: &mut Fields) -> Result<Option<Lifetime>, Failure> {
    let time = fields.whole("ttl_ms", 1..=MOST_MILLISECONDS)?;
    match (time, fields.whole("expires_at", 1..=LATEST)?) {
        (None, None) => Ok(None),
        (Some(milliseconds), None) => Ok(Some(Lifetime::Milliseconds(milliseconds))),
        (None, Some(at)) => Ok(Some(Lifetime::Until(at))),
        (Some(_), Some(_)) => Err(two(&["ttl_ms", "expires_at"])),
    }
}

fn two(names: &[&str]) -> Failure {
    Failure::invalid(format!("only one of {} can be given", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_change_is_said_with_its_number() {
        for (changes, message) in [
            (r#"[{"op":"put","scope":"s","key":"k","value":1},{"scope":"s"}]"#, "change 2: `op` is missing"),
            (r#"[{"op":"putt","scope":"s","key":"k"}]"#, "change 1: there is no operation 'putt'; did you mean 'put'?"),
            (r#"[{"op":"put","scope":"s","key":"k"}]"#, "change 1: `value` is missing"),
            (r#"[{"op":"put","scope":"","key":"k","value":1}]"#, "change 1: the scope is empty"),
            (r#"[{"op":"delete","scope":"s","key":"k","value":1}]"#, "change 1: it: unknown field 'value'"),
            (r#"[{"op":"increment","scope":"s","key":"k","by":"1"}]"#, "change 1: what is added must be a number"),
            (r#"[{"op":"check","scope":"s","key":"k","if_version":1,"if_absent":true}]"#, "change 1: only one of"),
            (r#"{"op":"put"}"#, "the changes must be a list"),
        ] {
            let failure = commit(changes).unwrap_err();
            assert!(failure.message.starts_with(message), "{changes}: {}", failure.message);
        }
    }

    #[test]
    fn null_is_a_value() {
        let put = commit(r#"[{"op":"put","scope":"s","key":"k","value":null}]"#).unwrap();
        assert!(matches!(&put[..], [Change::Put { value, .. }] if value == "null"), "{put:?}");
    }

    #[test]
    fn a_value_that_could_not_be_read_again_is_not_kept() {
        for bad in ["", "{", r#""\ud800""#, "1 2", "1e999", "NaN"] {
            assert!(put("s", "k", bad, "{}").is_err(), "{bad}");
        }
    }

    #[test]
    fn names_have_a_length_and_no_other_bounds() {
        assert!(names("s\0:../", "k\u{202e}/\n").is_ok());
        for (scope, key) in [("", "k"), ("s", ""), (&*"s".repeat(513), "k"), ("s", &*"k".repeat(4_097))] {
            assert!(names(scope, key).is_err());
        }
    }
}
