//! `wit/hook.wit` lists the verdicts that hooks may give as the stages in the capabilities allow them.

use std::collections::{BTreeMap, BTreeSet};

use super::{files, read, root};

/// Verdicts beside going on and cancelling, by the points of stages.
type Table = BTreeMap<String, BTreeSet<&'static str>>;

const VERDICTS: [&str; 4] = ["skip", "replace", "redirect", "retry"];

/// Of a list such as "- skip and replace at `tool:validation`, `state:before_read`;".
fn listed() -> Table {
    let text = read(&root().join("wit/hook.wit"));
    let text: String = text.lines().map(|line| line.trim_start_matches('/').trim_end()).collect();
    let (_, list) = text.split_once("always do; besides").unwrap();
    let (list, _) = list.split_once("What is not allowed").unwrap();
    let mut table = Table::new();
    for row in list.split(" - ").skip(1) {
        let (words, points) = row.split_once(" at `").unwrap();
        let verdicts: BTreeSet<_> = VERDICTS.into_iter().filter(|word| words.contains(word)).collect();
        // Every second piece stands between the signs.
        for point in format!("`{points}").split('`').skip(1).step_by(2) {
            assert!(table.insert(point.to_owned(), verdicts.clone()).is_none(), "{point} is listed twice");
        }
    }
    table
}

/// Of declarations such as `Stage::of(&Point::TOOL_VALIDATION).without_retry()`.
fn declared() -> Table {
    let points = read(&root().join("host/base/src/hook_point.rs"));
    let name_of = |constant: &str| {
        let row = points.lines().find(|line| line.trim_start().starts_with(&format!("{constant} \""))).unwrap();
        let words: Vec<&str> = row.split('"').collect();
        format!("{}:{}", words[1], words[3])
    };
    let mut table = Table::new();
    for (path, text) in files("host", ".rs") {
        for declaration in text.split("Stage::of(&Point::").skip(1) {
            let (constant, rest) = declaration.split_once(')').unwrap();
            let chain = rest.split(';').next().unwrap();
            let allowed = VERDICTS.into_iter().filter(|word| !chain.contains(&format!("without_{word}")));
            let point = name_of(constant);
            assert!(table.insert(point.clone(), allowed.collect()).is_none(), "{}: {point} twice", path.display());
        }
    }
    table
}

#[test]
fn the_contract_lists_the_verdicts_that_stages_allow() {
    let (listed, declared) = (listed(), declared());
    let differ: Vec<_> = declared.iter().filter(|(point, allowed)| listed.get(*point) != Some(allowed)).collect();
    assert!(differ.is_empty(), "wit/hook.wit says something else of these: {differ:?}");
    let unknown: Vec<_> = listed.keys().filter(|point| !declared.contains_key(*point)).collect();
    assert!(unknown.is_empty(), "wit/hook.wit lists points that no stage asks: {unknown:?}");
}
