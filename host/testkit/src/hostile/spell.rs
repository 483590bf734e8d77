//! An untrusted spell.

use std::collections::BTreeMap;
use std::sync::Arc;

use llmspell_wasm::audit::Audit;
use llmspell_wasm::policy::Policy;
use llmspell_wasm::{Grants, Limits, Spell, Transcript, limits_table};

use super::case::Case;
use super::folder;
use super::harness::Harness;
use super::network;
use crate::double::{Answers, Buffer};

/// Tighter than the defaults, so that what does not end ends soon.
fn limits(given: [&BTreeMap<String, String>; 2]) -> Limits {
    let mut limits = Limits { fuel: 1_000_000_000, ..Limits::default() };
    for (name, text) in given.into_iter().flatten() {
        let row = limits_table::ROWS.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("limit '{name}'"));
        (row.set)(&mut limits, row.parse(text).unwrap());
    }
    limits
}

pub fn play(
    harness: &Harness,
    case: &Case,
    class: &BTreeMap<String, String>,
    language: &'static str,
    source: &str,
) -> Vec<String> {
    let (heard, journal) = (Transcript::default(), Buffer::default());
    let mut spell = Spell::new(language, "spell", source);
    spell.tenant = "attacker".into();
    spell.parameters = case.parameters.clone();
    spell.folder = Some(harness.folder.path().join("own"));
    spell.listener = Box::new(heard.clone());
    spell.journal = Some(Box::new(journal.clone()));
    let record = harness.folder.path().join("audit");
    for old in [record.clone(), harness.folder.path().join("audit.head")] {
        drop(std::fs::remove_file(old));
    }
    spell.audit = Some(Audit::open(&record).unwrap());
    let mut grants = Grants::local();
    if let Some(text) = &case.policy {
        grants = grants.within(Policy::parse("operator.toml", text).unwrap());
    }
    if case.network {
        harness.servers.begin();
        grants = grants.within(Policy::parse("network.toml", network::POLICY).unwrap());
        grants.network = vec!["*".into()];
        spell.parameters.insert("canary".into(), harness.servers.canary.port().into());
    }
    let granted = case.files.then(|| {
        let folder = harness.folder.path().canonicalize().unwrap();
        let path = folder.join("granted").to_str().unwrap().to_owned();
        spell.parameters.insert("folder".into(), folder.to_str().unwrap().into());
        grants.off_limits = vec![folder.join("granted/own")];
        (grants.read, grants.write, grants.work_folder) = (vec![path.clone()], vec![path.clone()], Some(path.into()));
        folder::grant(&folder, case.swaps, source.contains("archive"))
    });
    let answers = Answers::new(&case.answers);
    spell.approver = Some(Arc::new(answers.clone()));
    let outcome = harness.tokio.block_on(harness.runtime.run(spell, grants, limits([class, &case.limits])));
    let heard = heard.heard();
    let journal = journal.take();
    let recorded = std::fs::read_to_string(&record).unwrap_or_default();
    let error = outcome.error.as_ref().map(|fault| serde_json::to_string(fault).unwrap()).unwrap_or_default();
    let result = outcome.result.clone().unwrap_or_default();
    let output = String::from_utf8_lossy(&heard.output);
    let (returned, told) = (result.to_string(), format!("{:?}\n{:?}", heard.log, heard.notices));
    let shown = [&error, &returned, &*output, &told, &journal, &recorded];
    let changed = granted.map(folder::Watched::changed).unwrap_or_default();
    let mut problems = case.check(language, outcome.ending.word(), &error, &shown);
    if case.returns.as_ref().is_some_and(|wanted| *wanted != result) {
        problems.push(format!("it returns {result}"));
    }
    let questions = serde_json::Value::from(answers.questions()).to_string();
    let unasked = case.asks.iter().filter(|part| !questions.contains(part.as_str()));
    problems.extend(unasked.map(|part| format!("'{part}' is not in what somebody is asked: {questions:.2000}")));
    problems.extend(changed);
    if harness.servers.was_reached() {
        problems.push("a server was reached that is not granted".into());
    }
    // Whatever a spell says, a line is one line and holds nothing that a terminal obeys.
    for (kind, lines) in [("journal", &journal), ("record", &recorded)] {
        let broken = |line: &str| serde_json::from_str::<serde_json::Value>(line).is_err() || line.contains('\x1b');
        problems.extend(lines.lines().find(|line| broken(line)).map(|line| format!("a line of the {kind}: {line}")));
    }
    problems
}
