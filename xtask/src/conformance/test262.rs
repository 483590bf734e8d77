//! ECMAScript's test suite. Each test is played as its front matter says: in sloppy mode, in strict mode, or both.

mod front_matter;
mod harness;
mod spell;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::known::Known;
use super::player::{Played, Player};
use super::report::{Play, Verdict};
use front_matter::{FrontMatter, Phase};
pub use harness::Harness;
use spell::{Mode, THREW};

/// All tests, in order. Files with `_FIXTURE` in their name belong to others.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.join("test")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            let name = entry.file_name().to_string_lossy().into_owned();
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && name.ends_with(".js") && !name.contains("_FIXTURE") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

pub fn play(file: &Path, name: &str, harness: &Harness, known: &Known, player: &dyn Player) -> Result<Vec<Play>> {
    let group = name.split('/').take(2).collect::<Vec<_>>();
    let group = group
        .get(..group.len().min(2))
        .filter(|_| name.matches('/').count() > 1)
        .map_or_else(|| name.split('/').next().unwrap_or_default().to_owned(), |parts| parts.join("/"));
    let play = |name: String, verdict| Play { group: group.clone(), name, verdict };
    let Ok(text) = String::from_utf8(fs::read(file)?) else {
        return Ok(vec![play(name.to_owned(), Verdict::Failed("the test is not UTF-8".to_owned()))]);
    };
    let Some(front) = FrontMatter::read(&text) else {
        return Ok(vec![play(
            name.to_owned(),
            Verdict::Failed("the test has no front matter /*--- … ---*/ that can be read".to_owned()),
        )]);
    };
    if let Some(why) = reason_to_skip(name, &text, &front, known) {
        return Ok(vec![play(name.to_owned(), Verdict::Skipped(why))]);
    }
    let mut plays = Vec::new();
    for &mode in Mode::of(&front) {
        let name = if mode == Mode::Strict { format!("{name} (strict)") } else { name.to_owned() };
        let verdict = match harness.text(&front)? {
            Ok(harness) => {
                let spell = spell::make(&text, &front, mode, &harness);
                judge(&front, spell.marks_its_end, &player.play(&spell.spell)?)
            }
            Err(missing) => Verdict::Failed(format!("the suite has no harness/{missing}")),
        };
        plays.push(play(name, verdict));
    }
    Ok(plays)
}

fn reason_to_skip(name: &str, text: &str, front: &FrontMatter, known: &Known) -> Option<String> {
    if let Some(why) = known.place(name) {
        return Some(why.to_owned());
    }
    if front.has_flag("module") {
        return Some("modules: a test would need its files as those of one spell".to_owned());
    }
    if let Some(feature) = front.features.iter().find(|feature| known.feature(feature).is_some()) {
        return Some(format!("feature {feature}: {}", known.feature(feature).unwrap_or_default()));
    }
    let word = known.words.iter().find(|word| text.contains(&word.name) || front.includes.contains(&word.name))?;
    Some(format!("{}: {}", word.name, word.why))
}

/// `marks_its_end`: the spell prints that its main chunk has ended.
fn judge(front: &FrontMatter, marks_its_end: bool, played: &Played) -> Verdict {
    let Played { outcome, message, output, .. } = played;
    let threw = output.lines().find_map(|line| line.strip_prefix(THREW));
    let failed = |text: &str| Verdict::Failed(text.to_owned());
    if !matches!(outcome.as_str(), "completed" | "script-error" | "invalid-spell") {
        return failed(&format!("{outcome}: {message}"));
    }
    let ended = if marks_its_end { output.lines().any(|line| line == spell::ENDED) } else { outcome == "completed" };
    if let Some(negative) = &front.negative {
        let wanted = format!("{} ({})", negative.error, negative.phase.word());
        // What is thrown while running says nothing about the parser.
        let (error, right_phase) = match threw {
            Some(threw) => (threw, true),
            None => (message.as_str(), (outcome == "invalid-spell") == (negative.phase == Phase::Parse)),
        };
        let is_error = error.strip_prefix(&negative.error).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'));
        return match (ended, is_error && right_phase) {
            (false, true) => Verdict::Passed,
            (true, _) => failed(&format!("wanted {wanted}, and it ended without an error")),
            _ => failed(&format!("wanted {wanted}, not {error}")),
        };
    }
    let failure = output.lines().find_map(|line| line.strip_prefix("Test262:AsyncTestFailure:"));
    let thrown = threw.or(failure).unwrap_or(if message.is_empty() { outcome } else { message });
    // The suite's own error is no Error: a run ends with it as with any thrown object, as JSON.
    let object = serde_json::from_str::<serde_json::Value>(thrown).ok();
    let thrown = object.as_ref().and_then(|object| object.get("message")?.as_str()).unwrap_or(thrown);
    let complete = output.lines().any(|line| line == "Test262:AsyncTestComplete");
    match (front.has_flag("async"), ended && threw.is_none()) {
        // An unhandled rejection ends our run with an error; to the suite it is no failure.
        (false, true) => Verdict::Passed,
        (true, true) if complete && failure.is_none() => Verdict::Passed,
        (true, true) if failure.is_none() && outcome == "completed" => failed("$DONE was not called"),
        _ => failed(thrown),
    }
}
