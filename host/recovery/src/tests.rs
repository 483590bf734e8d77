//! Outputs of models, by the strictness that reads them; and texts that are meant to take long.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use serde::Deserialize;
use serde_json::Value;

use crate::{DEPTH, Recovery, Repair, json, scan};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    output: Vec<Output>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Output {
    name: String,
    text: String,
    /// The strictest level that reads it, or "refused".
    least: String,
    value: Option<String>,
    #[serde(default)]
    repairs: Vec<Repair>,
    /// Part of what is said where none does.
    says: Option<String>,
}

const LEVELS: [(&str, Recovery); 3] =
    [("strict", Recovery::Strict), ("lenient", Recovery::Lenient), ("best_effort", Recovery::BestEffort)];

#[test]
fn what_models_say_is_read_as_it_is_meant() {
    let table: Table =
        toml::from_str(include_str!("tests/outputs.toml")).unwrap_or_else(|error| panic!("{}", error.message()));
    assert!(table.output.len() >= 40);
    let mut wrong = Vec::new();
    for output in &table.output {
        let least = LEVELS.iter().position(|(name, _)| *name == output.least);
        assert!(least.is_some() || output.least == "refused", "{}: {}", output.name, output.least);
        for (place, (level, recovery)) in LEVELS.iter().enumerate() {
            let read = json(&output.text, *recovery);
            let name = &output.name;
            if least.is_some_and(|least| place >= least) {
                let value: Value = serde_json::from_str(output.value.as_deref().unwrap()).unwrap();
                match read {
                    Ok(found) if found.value == value && found.repairs == output.repairs => {}
                    other => wrong.push(format!("{name}, {level}: {other:?}")),
                }
                continue;
            }
            match (read, &output.says) {
                (Ok(found), _) => wrong.push(format!("{name}, {level}: {found:?}")),
                (Err(said), Some(says)) if least.is_none() && place == 2 && !said.contains(says.as_str()) => {
                    wrong.push(format!("{name}, {level}: {said}"));
                }
                (Err(said), _) => assert!(said.lines().count() == 1, "{name}, {level}: {said}"),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// No text makes the reader look at more letters than its length allows, and each attempt ends.
#[test]
fn the_work_is_linear_in_the_text() {
    let deep = format!("{}1{}", "[".repeat(DEPTH + 1), "]".repeat(DEPTH + 1));
    assert!(json(&deep, Recovery::BestEffort).unwrap_err().contains("nested deeper"));
    let long = ["[", "`", "\""].map(|part| (part, 1 << 20));
    let others = [
        "{", "```\n", "'", "\"\"\"", "\\", "{\"a\":", "[{", "x [", "x {a:", "/*", "//\n", "#", "<think>", "(", "[\"",
        "\\u", ",", "1", "-", "x [1] ", "{} ",
    ]
    .map(|part| (part, 1 << 16));
    for (part, length) in long.into_iter().chain(others) {
        let text = part.repeat(length / part.len());
        for (level, recovery) in LEVELS {
            let looks = scan::looks(&text, recovery);
            assert!(looks <= scan::LOOKS * text.len() + 1024, "{part} {level}: {looks}");
        }
    }
}
