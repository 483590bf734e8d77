//! Suggests the least policy that a run needs, from the journal of an observed run.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Glob, Policy, Right};
use llmspell_base::Code;
use llmspell_base::limits::table::{ROWS, Row, Unit};

/// A policy that lets the observed run pass once more, and little else.
#[derive(Debug, Clone, Default)]
pub struct Suggestion {
    names: BTreeMap<Right, BTreeSet<String>>,
    /// Asked for in the run, and denied there.
    denied: BTreeSet<(&'static str, String)>,
    /// Used, but not expressible as a name in a policy.
    unwritable: BTreeSet<(&'static str, String)>,
    events: BTreeSet<String>,
    /// Somebody was to say yes to: the key of `[approval]`, and the name.
    approvals: BTreeMap<Right, BTreeSet<String>>,
    /// Calls that were barred for what the run had taken in: the sink, and the mark.
    barred: BTreeSet<(String, String)>,
    limits: Vec<(&'static Row, u64)>,
    /// Whether the journal tells how the run ended.
    pub is_whole: bool,
}

/// How much more than the observed run a run may use: models do not answer twice alike.
const ROOM: u64 = 2;

/// Calls that read files.
const READING: &[&str] = &["file.read", "file.list", "file.metadata", "file.search"];

/// Reads the lines of `--trace-calls`. Fails at the first line that is none.
pub fn suggest(journal: &str) -> Result<Suggestion, String> {
    let mut found = Suggestion::default();
    for (number, line) in journal.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let wrong = |what: &str| format!("line {}: {what}: this is no journal of --trace-calls", number + 1);
        let line: Value = serde_json::from_str(line).map_err(|error| wrong(&error.to_string()))?;
        let call = at(&line, "/call").as_str().ok_or_else(|| wrong("it names no call"))?;
        let denied = at(&line, "/outcome/failure/code") == Code::Denied.word();
        let details = at(&line, "/outcome/failure/details");
        let barred = at(details, "/sink").is_string();
        for (section, names) in at(&line, "/need").as_object().into_iter().flatten() {
            let right = Right::ALL.iter().find(|right| right.section() == section);
            let right = right.map(|right| if right.is_path() { path_right(call) } else { *right });
            let right = right.ok_or_else(|| wrong(&format!("it needs '{section}', which is unknown here")))?;
            for name in names.as_array().into_iter().flatten().filter_map(Value::as_str) {
                let asked = at(&line, "/approval").is_object();
                if asked && right.approval().is_some() && Glob::parse(right, name, false).is_ok() {
                    found.approvals.entry(right).or_default().insert(name.into());
                }
                found.add(right, name, denied && !asked && !barred);
            }
        }
        if let (Some(sink), Some(mark)) = (at(details, "/sink").as_str(), at(details, "/mark").as_str()) {
            found.barred.insert((sink.into(), mark.into()));
        }
        match call {
            "environment.get" if at(&line, "/outcome/ok").is_string() => {
                found.add(Right::VARIABLE, at(&line, "/args/name").as_str().unwrap_or_default(), false);
            }
            "event.emit" | "event.subscribe" => {
                let name = at(&line, "/args/type").as_str().or(at(&line, "/args/pattern").as_str());
                found.events.extend(name.map(String::from));
            }
            "run.end" => {
                found.is_whole = true;
                found.limits(at(&line, "/cost"));
            }
            _ => {}
        }
    }
    Ok(found)
}

/// Which of the rights for paths a call needed. Moving a file takes both, and says so in calls of its own.
fn path_right(call: &str) -> Right {
    if READING.contains(&call) { Right::READ } else { Right::WRITE }
}

impl Suggestion {
    fn add(&mut self, right: Right, name: &str, denied: bool) {
        let section = right.section();
        if denied {
            self.denied.insert((section, name.into()));
        } else if (name.contains('*') && right != Right::HOOK && (right, name) != (Right::STATE, "*"))
            || Glob::parse(right, name, true).is_err()
        {
            self.unwritable.insert((section, name.into()));
        } else {
            self.names.entry(right).or_default().insert(name.into());
        }
    }

    fn limits(&mut self, ledger: &Value) {
        for row in ROWS {
            // Time depends on the machine and its load, not on the spell.
            let Some(used) = ledger.get(row.used).and_then(Value::as_u64).filter(|_| row.unit != Unit::Time) else {
                continue;
            };
            let rounded = round_up(used.saturating_mul(ROOM));
            self.limits.push((row, rounded.clamp(row.least, row.most)));
        }
    }

    /// The policy's text. `trace` is the journal's name.
    pub fn to_toml(&self, trace: &str) -> String {
        let quote = |text: &str| toml::Value::from(text).to_string();
        let mut text = format!("# What the run in {} needed.\n", trace.escape_debug());
        let mut last = "";
        for (right, names) in &self.names {
            // A glob for everything stands alone.
            let alone = names.contains("*");
            let names: Vec<String> =
                names.iter().filter(|name| !alone || *name == "*").map(|name| quote(name)).collect();
            let section = right.section();
            if section != std::mem::replace(&mut last, section) {
                text.push_str(&format!("\n[{section}]\n"));
            }
            text.push_str(&format!("{} = [{}]\n", right.key(), names.join(", ")));
        }
        if !self.approvals.is_empty() {
            text.push_str("\n[approval]  # as in that run\n");
            for (right, names) in &self.approvals {
                let names: Vec<String> = names.iter().map(|name| quote(name)).collect();
                text.push_str(&format!("{} = [{}]\n", right.approval().unwrap_or_default(), names.join(", ")));
            }
        }
        if !self.limits.is_empty() {
            text.push_str(&format!("\n[limits]  # {ROOM} times what it used\n"));
            for (row, value) in &self.limits {
                text.push_str(&format!("{} = {}\n", row.name, quote(&row.write(*value))));
            }
        }
        for (section, name) in &self.denied {
            text.push_str(&format!("\n# Denied in that run: [{section}] {}", comment(name)));
        }
        for (sink, mark) in &self.barred {
            text.push_str(&format!(
                "\n# Barred in that run by [taint] {}: it had taken in {}",
                comment(sink),
                comment(mark)
            ));
        }
        for (section, name) in &self.unwritable {
            text.push_str(&format!("\n# Needs a wider grant: [{section}] has no name for {}", comment(name)));
        }
        if !self.events.is_empty() {
            let events: Vec<String> = self.events.iter().map(|name| comment(name)).collect();
            text.push_str(
                "\n# Events reach other runs of the tenant, and come from there, only with [events]. Used were: ",
            );
            text.push_str(&events.join(", "));
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }

    /// Read back: whatever is suggested can be used.
    pub fn policy(&self, trace: &str) -> Result<Policy, super::PolicyError> {
        Policy::parse("the suggestion", &self.to_toml(trace))
    }
}

/// A name in quotes on one line, for a comment: nothing in it ends the line or moves a cursor.
fn comment(name: &str) -> String {
    let plain = |sign: char| match sign {
        '\'' | '"' => sign.to_string(),
        sign => sign.escape_debug().to_string(),
    };
    let quote = if name.contains('"') { '\'' } else { '"' };
    format!("{quote}{}{quote}", name.chars().map(plain).collect::<String>())
}

/// What stands there, or null.
fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

/// To two digits that count: an exact number would look as if it meant something.
fn round_up(number: u64) -> u64 {
    let mut unit = 1_u64;
    while number / unit >= 100 {
        unit = unit.saturating_mul(10);
    }
    number.div_ceil(unit).saturating_mul(unit)
}
