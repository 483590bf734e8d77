//! Limits of keys and of requests, which only tighten those that hold already.

use llmspell_base::limits::table::{ROWS, Row, Unit};
use llmspell_wasm::{Limits, nearest};
use serde_json::{Map, Value};

/// The limits in a JSON object, by the names of their flags: each a number in the limit's unit, or the text that the flag takes. Those
/// that it does not name, and those that are tighter in `outer`, are as in `outer`.
pub fn read(asked: &Map<String, Value>, outer: &Limits) -> Result<Limits, String> {
    let mut limits = outer.clone();
    for (row, number) in rows(asked)? {
        (row.set)(&mut limits, number);
    }
    Ok(limits.within(outer))
}

/// The same; asking for more than `outer` allows is an error. `whose` names `outer` in it.
pub fn read_strictly(asked: &Map<String, Value>, outer: &Limits, whose: &str) -> Result<Limits, String> {
    for (row, number) in rows(asked)? {
        if let Some(most) = (row.get)(outer).filter(|most| number > *most) {
            let (name, asked, most) = (row.name, row.write(number), row.write(most));
            return Err(format!("limits.{name}: {asked} is more than {most}, which is the limit of {whose}"));
        }
    }
    read(asked, outer)
}

fn rows(asked: &Map<String, Value>) -> Result<Vec<(&'static Row, u64)>, String> {
    let mut rows = Vec::with_capacity(asked.len());
    for (name, value) in asked {
        let Some(row) = ROWS.iter().find(|row| row.name == name) else {
            let known: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
            return Err(format!("limits: there is no limit '{}'{}", shown(name), nearest(name, &known)));
        };
        let number = number(row, value).map_err(|problem| format!("limits.{name}: {problem}"))?;
        rows.push((row, number));
    }
    Ok(rows)
}

fn number(row: &Row, value: &Value) -> Result<u64, String> {
    match value {
        Value::String(text) => row.parse(text),
        Value::Number(_) if row.unit == Unit::Money => Err("is a text in dollars, such as \"0.25\"".into()),
        Value::Number(number) => match number.as_u64() {
            Some(number) => row.check(number),
            None => Err(format!("is a whole number that is not negative, not {number}")),
        },
        _ => Err("is a number or a text".into()),
    }
}

fn shown(name: &str) -> String {
    name.escape_debug().take(60).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(value: Value) -> Result<Limits, String> {
        let outer = Limits { fuel: 1_000, ..Limits::default() };
        read_strictly(value.as_object().unwrap(), &outer, "tenant 'acme'")
    }

    #[test]
    fn limits_only_tighten() {
        let limits = asked(json!({ "fuel": 999, "timeout": "30s", "cost-budget": "0.25", "token-budget": 5 })).unwrap();
        assert_eq!((limits.fuel, limits.wall_time.as_secs(), limits.tokens), (999, 30, Some(5)));
        assert_eq!(limits.memory_bytes, Limits::default().memory_bytes);
        for (value, part) in [
            (json!({ "fuel": 1_001 }), "limits.fuel: 1001 is more than 1000, which is the limit of tenant 'acme'"),
            (json!({ "timeout": "11m" }), "limits.timeout: 11m is more than 10m"),
            (json!({ "fule": 1 }), "there is no limit 'fule'; did you mean 'fuel'?"),
            (json!({ "fuel": -1 }), "not negative"),
            (json!({ "fuel": 0 }), "must be from 1"),
            (json!({ "fuel": [] }), "is a number or a text"),
            (json!({ "cost-budget": 1 }), "in dollars"),
        ] {
            let told = asked(value.clone()).unwrap_err();
            assert!(told.contains(part), "{value}: {told}");
        }
    }

    #[test]
    fn a_key_that_may_more_than_its_tenant_may_as_much() {
        let outer = Limits { fuel: 1_000, ..Limits::default() };
        let asked = json!({ "fuel": 2_000, "timeout": "1s" });
        let limits = read(asked.as_object().unwrap(), &outer).unwrap();
        assert_eq!((limits.fuel, limits.wall_time.as_secs()), (1_000, 1));
    }
}
