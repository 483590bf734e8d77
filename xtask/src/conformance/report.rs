//! What came of it, as a table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::known::Known;

/// Of the failures of a suite, so many are shown where they are not asked for.
const SHOWN: usize = 20;

#[derive(Debug, PartialEq)]
pub enum Verdict {
    Passed,
    Failed(String),
    Skipped(String),
}

/// One thing that was to be played.
#[derive(Debug)]
pub struct Play {
    /// The row of the table.
    pub group: String,
    pub name: String,
    pub verdict: Verdict,
}

#[derive(Default)]
struct Row {
    passed: usize,
    failed: usize,
    known: usize,
    skipped: usize,
}

#[derive(Default)]
pub struct Report {
    rows: BTreeMap<String, Row>,
    total: Row,
    reasons: BTreeMap<String, usize>,
    /// Name and first line of the message.
    failures: Vec<(String, String)>,
    known: Vec<(String, String)>,
    /// Known differences that are none.
    gone: BTreeSet<String>,
}

impl Report {
    pub fn new(plays: Vec<Vec<Play>>, known: &Known) -> Report {
        let mut report = Report::default();
        let mut differing = BTreeSet::new();
        for play in plays.into_iter().flatten() {
            report.add(play, known, &mut differing);
        }
        report.gone.retain(|name| !differing.contains(name));
        report
    }

    fn add(&mut self, play: Play, known: &Known, differing: &mut BTreeSet<String>) {
        let difference = known.test(&play.name);
        let row = self.rows.entry(play.group).or_default();
        match play.verdict {
            Verdict::Passed => {
                row.passed += 1;
                self.total.passed += 1;
                self.gone.extend(difference.map(|one| one.name.clone()));
            }
            Verdict::Skipped(reason) => {
                row.skipped += 1;
                self.total.skipped += 1;
                *self.reasons.entry(reason).or_default() += 1;
            }
            Verdict::Failed(message) => match difference {
                Some(difference) => {
                    row.known += 1;
                    self.total.known += 1;
                    differing.insert(difference.name.clone());
                    self.known.push((play.name, difference.why.clone()));
                }
                None => {
                    row.failed += 1;
                    self.total.failed += 1;
                    let first = message.lines().next().unwrap_or("failed").to_owned();
                    self.failures.push((play.name, first));
                }
            },
        }
    }

    /// Something passed, and nothing failed but what is known.
    pub fn is_good(&self) -> bool {
        self.total.failed == 0 && self.total.passed > 0
    }

    pub fn text(&self, all_failures: bool) -> String {
        let mut text = String::new();
        let width = self.rows.keys().map(|name| name.chars().count()).max().unwrap_or(0).max(5);
        let mut line = |left: &str, row: [&dyn std::fmt::Display; 4]| {
            let [passed, failed, known, skipped] = row;
            // Writing to a String can't fail.
            let _ = writeln!(text, "{left:width$} {passed:>8} {failed:>8} {known:>8} {skipped:>8}");
        };
        line("", [&"passed", &"failed", &"known", &"skipped"]);
        for (name, row) in self.rows.iter().chain([(&"total".to_owned(), &self.total)]) {
            line(name, [&row.passed, &row.failed, &row.known, &row.skipped]);
        }
        self.list(&mut text, "skipped", self.reasons.iter().map(|(why, count)| format!("{count:8}  {why}")));
        let shown = if all_failures { usize::MAX } else { SHOWN };
        if all_failures {
            self.list(&mut text, "known differences", self.known.iter().map(|(name, why)| format!("{name}: {why}")));
        }
        let failures = self.failures.iter().take(shown).map(|(name, message)| format!("{name}: {message}"));
        self.list(&mut text, "failed", failures);
        if self.failures.len() > shown {
            let _ = writeln!(text, "  and {} more: --list-failures shows them", self.failures.len() - shown);
        }
        let gone = self.gone.iter().map(|name| format!("{name}: passes; take it out of conformance.txt"));
        self.list(&mut text, "no difference any more", gone);
        if self.total.passed == 0 {
            text.push_str("\nNothing passed.\n");
        }
        text
    }

    fn list(&self, text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
        for (index, line) in lines.enumerate() {
            if index == 0 {
                let _ = writeln!(text, "\n{title}:");
            }
            let _ = writeln!(text, "  {line}");
        }
    }
}
