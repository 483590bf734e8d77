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

/// Each attempt ends, and what looks beyond the next letter is charged for.
#[test]
fn texts_that_are_meant_to_take_long_end() {
    let deep = format!("{}1{}", "[".repeat(DEPTH + 1), "]".repeat(DEPTH + 1));
    assert!(json(&deep, Recovery::BestEffort).unwrap_err().contains("nested deeper"));
    let long = ["[", "`", "\""].map(|part| (part, 1 << 20));
    let parts = [
        "{",
        "```\n",
        "'",
        "\"\"\"",
        "\\",
        "{\"a\":",
        "[{",
        "x [",
        "x {a:",
        "/*",
        "//\n",
        "#",
        "<think>",
        "(",
        "[\"",
        "\\u",
        ",",
        "1",
        "-",
        "x [1] ",
        "{} ",
        "x ['''",
        "x [/*",
        "{\"a\":1 bbbbbbbb ",
    ];
    for (part, length) in long.into_iter().chain(parts.map(|part| (part, 1 << 16))) {
        let text = part.repeat(length / part.len());
        for (_, recovery) in LEVELS {
            drop(json(&text, recovery));
        }
    }
    // Space before much that fails: it is gone through once.
    let blanks = format!("```json\n{}{}", " ".repeat(1 << 20), "[1] ".repeat(1 << 16));
    assert!(json(&blanks, Recovery::Lenient).is_err());
    let nested = format!("{}1 {}", "{\"a\":".repeat(100), "x".repeat(1 << 20));
    drop(json(&nested, Recovery::BestEffort));
}

/// Long texts of the kinds that are read stay far from the bound on attempts.
#[test]
fn what_is_read_needs_a_look_or_two_for_each_letter() {
    let row = "{id: 1, 'name': \"Ada \\\"L\\\"\", /* x */ tags: ['a', 'b',], note: \"she said \"hi\" to me\"},\n";
    let text = format!("Here it is:\n```json\n[\n{}]\n```", row.repeat(2_000));
    let found = json(&text, Recovery::BestEffort).unwrap();
    assert_eq!(found.value.as_array().map(Vec::len), Some(2_000));
    let looks = scan::looks(&text, Recovery::BestEffort);
    assert!(looks > 0 && looks < 3 * text.len(), "{looks} looks for {} bytes", text.len());
}

#[test]
fn signs_and_digits_of_other_languages_are_numbers_or_refused() {
    let read = |text: &str| json(text, Recovery::Lenient).map(|found| found.value.to_string());
    assert_eq!(read("[-0x8000000000000000]").unwrap(), "[-9223372036854775808]");
    for wrong in ["[0x-5]", "[-0x-8000000000000000]", "[0x]", "[0x8000000000000000]"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}
