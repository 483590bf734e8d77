//! Where in a text the JSON is.

use serde_json::Value;

use crate::answer::{unwrapped, without_thoughts};
use crate::fence::fences;
use crate::reader::{Reader, Wrong};
use crate::repair::{Recovered, Recovery, Repair};

/// How many letters are looked at for each letter of the text, over all attempts.
pub const LOOKS: usize = 12;

/// Values in a row, at most.
const MOST_VALUES: usize = 10_000;

struct Found {
    value: Value,
    start: usize,
    end: usize,
    repairs: Vec<Repair>,
}

impl Found {
    /// Marks of footnotes look like lists.
    fn is_footnote(&self) -> bool {
        self.value.as_array().is_some_and(|items| items.iter().all(Value::is_number))
    }
}

/// The JSON in a text that is not JSON alone.
pub fn best(whole: &str, recovery: Recovery) -> Result<Recovered, String> {
    looked(whole, recovery, &mut most(whole))
}

fn most(whole: &str) -> usize {
    LOOKS * whole.len() + 1024
}

/// How many letters are looked at.
#[cfg(test)]
pub fn looks(whole: &str, recovery: Recovery) -> usize {
    let mut left = most(whole);
    drop(looked(whole, recovery, &mut left));
    most(whole) - left
}

fn looked(whole: &str, recovery: Recovery, left: &mut usize) -> Result<Recovered, String> {
    let text = without_thoughts(whole.trim_start());
    let thoughts = (text.len() < whole.trim_start().len()).then_some(Repair::Thoughts);
    let mut first_problem = None;
    let mut read = |region: &str, around: &[Repair], left: &mut usize| {
        let outcome = within(region, recovery, left).map(|mut found| {
            let mut repairs: Vec<Repair> = thoughts.into_iter().chain(around.iter().copied()).collect();
            found.repairs.retain(|repair| !repairs.contains(repair));
            repairs.append(&mut found.repairs);
            Recovered { value: found.value, repairs }
        });
        outcome.inspect_err(|problem| first_problem = first_problem.take().or_else(|| Some(problem.clone()))).ok()
    };
    if text.starts_with(['{', '['])
        && let Some(found) = read(text, &[], left)
    {
        return Ok(found);
    }
    let inner: Vec<&str> =
        fences(text).into_iter().filter(|fence| is_data(fence.language)).map(|fence| fence.content).collect();
    let inner: Vec<&str> = inner.into_iter().filter(|content| content.contains(['{', '['])).collect();
    let outside = text.trim().len().saturating_sub(inner.iter().map(|content| content.len()).sum());
    // A fence and its language, twice, and the line's end.
    let around: &[Repair] = if outside > 24 { &[Repair::Fence, Repair::Prose] } else { &[Repair::Fence] };
    let mut found: Vec<(usize, Recovered)> = Vec::new();
    for content in &inner {
        found.extend(read(content, around, left).map(|recovered| (content.len(), recovered)));
    }
    if found.len() > 1 && recovery < Recovery::BestEffort {
        return Err(format!("it is not JSON alone: {} code fences have JSON; ask for one of them", found.len()));
    }
    let several = found.len() > 1;
    if let Some((_, mut one)) = found.into_iter().max_by_key(|(length, _)| *length) {
        if several {
            one.repairs.push(Repair::SeveralValues);
        }
        return Ok(one);
    }
    if inner.is_empty() {
        let (region, around): (&str, &[Repair]) = match unwrapped(text) {
            Some(inner) => (inner, &[Repair::Fence]),
            None => (text, &[]),
        };
        if let Some(found) = read(region, around, left) {
            return Ok(found);
        }
    }
    Err(first_problem.unwrap_or_else(|| "there is no JSON in it".into()))
}

fn is_data(language: &str) -> bool {
    let names = [
        "",
        "json",
        "json5",
        "jsonc",
        "jsonl",
        "javascript",
        "js",
        "typescript",
        "ts",
        "python",
        "py",
        "text",
        "txt",
        "plaintext",
    ];
    names.iter().any(|name| name.eq_ignore_ascii_case(language))
}

/// The largest value in a region; or all of them, where nothing else is there.
fn within(region: &str, recovery: Recovery, left: &mut usize) -> Result<Found, String> {
    let mut all: Vec<Found> = Vec::new();
    let mut problem = None;
    let first = region.len() - region.trim_start().len();
    let mut at = 0;
    while let Some(start) = region.get(at..).and_then(|rest| rest.find(['{', '['])).map(|offset| at + offset) {
        let in_prose = start > first;
        let mut reader = Reader::new(region, start, recovery, in_prose, *left);
        let outcome = reader.value();
        *left = reader.left;
        at = match outcome {
            Ok(Some(value)) => {
                if all.len() == MOST_VALUES {
                    return Err(format!("there are more than {MOST_VALUES} values in it"));
                }
                all.push(Found { value, start, end: reader.at, repairs: reader.repairs });
                reader.at
            }
            Ok(None) => region.len(),
            Err(wrong) => {
                let is_meant = reader.has_members || !in_prose || *left == 0;
                problem.get_or_insert_with(|| told(region, &wrong, recovery));
                // What it has inside is not what was meant.
                if is_meant { region.len() } else { start + 1 }
            }
        };
    }
    if all.is_empty() {
        return problem.map_or_else(|| scalar(region, recovery, left), Err);
    }
    choose(region, all, recovery)
}

fn choose(region: &str, mut all: Vec<Found>, recovery: Recovery) -> Result<Found, String> {
    let is_between = |text: &str| {
        text.trim_matches(|letter: char| letter.is_whitespace() || letter == ',' || letter == ';').is_empty()
    };
    let mut at = 0;
    let mut alone = true;
    for found in &all {
        alone &= is_between(region.get(at..found.start).unwrap_or_default());
        at = found.end;
    }
    alone &= is_between(region.get(at..).unwrap_or_default());
    if all.iter().any(|found| !found.is_footnote()) && !alone {
        all.retain(|found| !found.is_footnote());
    }
    let count = all.len();
    if count > 1 && recovery < Recovery::BestEffort {
        return Err(format!("it is not JSON alone: there are {count} values in it"));
    }
    if count > 1 && alone {
        let mut repairs = vec![Repair::SeveralValues];
        for found in &all {
            repairs.extend(found.repairs.iter().copied().filter(|repair| *repair != Repair::SeveralValues));
        }
        repairs.sort_by_key(|repair| *repair as u8);
        repairs.dedup();
        let value = Value::Array(all.into_iter().map(|found| found.value).collect());
        return Ok(Found { value, start: 0, end: region.len(), repairs });
    }
    let best = all.into_iter().rev().max_by_key(|found| found.end - found.start);
    let mut best = best.ok_or("there is no JSON in it")?;
    if !alone {
        best.repairs.insert(0, Repair::Prose);
    }
    if count > 1 {
        best.repairs.push(Repair::SeveralValues);
    }
    Ok(best)
}

/// A text, a number or a word that is all there is.
fn scalar(region: &str, recovery: Recovery, left: &mut usize) -> Result<Found, String> {
    let mut reader = Reader::new(region, 0, recovery, false, *left);
    let outcome = reader.value().and_then(|value| reader.skip().map(|()| value));
    *left = reader.left;
    match outcome {
        Ok(Some(value)) if reader.at == region.len() => {
            Ok(Found { value, start: 0, end: region.len(), repairs: reader.repairs })
        }
        Err(wrong) if region.trim_start().starts_with(['"', '\'']) => Err(told(region, &wrong, recovery)),
        _ => Err("there is no JSON in it".into()),
    }
}

fn told(region: &str, wrong: &Wrong, recovery: Recovery) -> String {
    let before = region.get(..wrong.at).unwrap_or(region);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let more = if recovery < Recovery::BestEffort && wrong.message.starts_with("there is ") {
        "; recovery 'best_effort' goes on there"
    } else {
        ""
    };
    format!("it is not JSON: {} at line {line}, column {column}{more}", wrong.message)
}
