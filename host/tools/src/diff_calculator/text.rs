//! Texts, line by line.

use std::fmt::Write as _;

use serde_json::{Value, json};
use similar::{ChangeTag, DiffOp, TextDiff};

use super::Format;
use crate::standard::{Problem, room};

/// The lines of one text times those of the other: that many comparisons may be needed.
const MOST_WORK: usize = 50_000_000;
/// Lines around a change.
const AROUND: usize = 3;

pub fn compare(old: &str, new: &str, format: Format) -> Result<(String, Value), Problem> {
    // As the library splits them, or more.
    let lines = |text: &str| text.bytes().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
    let (before, after) = (lines(old), lines(new));
    if before.saturating_mul(after) > MOST_WORK {
        let message =
            format!("texts of {before} and {after} lines are too long to be compared: at most {MOST_WORK} pairs");
        return Err(Problem::too_large(message));
    }
    // Each line can come with a sign and an end.
    room(old.len() + new.len() + 3 * (before + after))?;
    let diff = TextDiff::from_lines(old, new);
    let (mut added, mut removed, mut unchanged) = (0, 0, 0);
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Insert => added += 1,
            ChangeTag::Delete => removed += 1,
            ChangeTag::Equal => unchanged += 1,
        }
    }
    let shown = match format {
        Format::Unified => diff.unified_diff().context_radius(AROUND).header("old", "new").to_string(),
        Format::Context => context(&diff),
        Format::Inline => signed(&diff, |_| true),
        Format::Simple => signed(&diff, |tag| tag != ChangeTag::Equal),
    };
    let stats = json!({
        "additions": added, "deletions": removed, "unchanged": unchanged, "changes": added + removed,
        "identical": added + removed == 0,
    });
    Ok((shown, stats))
}

fn signed(diff: &TextDiff<'_, '_, str>, shows: impl Fn(ChangeTag) -> bool) -> String {
    let mut text = String::new();
    for change in diff.iter_all_changes().filter(|change| shows(change.tag())) {
        line(&mut text, change.tag().sign(), change.value());
    }
    text
}

trait Sign {
    fn sign(self) -> &'static str;
}

impl Sign for ChangeTag {
    fn sign(self) -> &'static str {
        match self {
            ChangeTag::Equal => "  ",
            ChangeTag::Delete => "- ",
            ChangeTag::Insert => "+ ",
        }
    }
}

fn line(text: &mut String, sign: &str, line: &str) {
    text.push_str(sign);
    text.push_str(line);
    if !line.ends_with('\n') {
        text.push('\n');
    }
}

/// As `diff -c` has it: what was, then what is.
fn context(diff: &TextDiff<'_, '_, str>) -> String {
    let mut text = String::new();
    for group in diff.grouped_ops(AROUND) {
        if text.is_empty() {
            text.push_str("*** old\n--- new\n");
        }
        text.push_str("***************\n");
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let old = first.old_range().start..last.old_range().end;
        let new = first.new_range().start..last.new_range().end;
        // Writing to a text does not fail.
        let _ = writeln!(text, "*** {} ****", span(&old));
        if group.iter().any(|op| matches!(op, DiffOp::Delete { .. } | DiffOp::Replace { .. })) {
            side(&mut text, diff, &group, ChangeTag::Delete);
        }
        let _ = writeln!(text, "--- {} ----", span(&new));
        if group.iter().any(|op| matches!(op, DiffOp::Insert { .. } | DiffOp::Replace { .. })) {
            side(&mut text, diff, &group, ChangeTag::Insert);
        }
    }
    text
}

fn span(lines: &std::ops::Range<usize>) -> String {
    match lines.len() {
        0 => lines.start.to_string(),
        1 => (lines.start + 1).to_string(),
        _ => format!("{},{}", lines.start + 1, lines.end),
    }
}

fn side(text: &mut String, diff: &TextDiff<'_, '_, str>, group: &[DiffOp], of: ChangeTag) {
    for op in group {
        let replaced = matches!(op, DiffOp::Replace { .. });
        for change in diff.iter_changes(op).filter(|change| [ChangeTag::Equal, of].contains(&change.tag())) {
            let sign = match change.tag() {
                ChangeTag::Equal => "  ",
                _ if replaced => "! ",
                tag => tag.sign(),
            };
            line(text, sign, change.value());
        }
    }
}
