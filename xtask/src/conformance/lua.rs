//! Lua's test suite. A file is one long chunk, in which what a spell lacks stands beside what it has. So a file is taken
//! apart into the statements of its outermost level, those that need what is absent are blanked, and the rest is played,
//! as one spell. Where a statement fails, it is blanked too, and the file is played once more: one failure hides no other.

mod parts;
mod tokens;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::known::Known;
use super::player::{Played, Player, Spell};
use super::report::{Play, Verdict};
use parts::Part;

/// What all.lua sets for a portable run (`_U`). The local is for the last line.
const PROLOGUE: &str = "local ended__ = print; _U, _soft, _port, _nomsg = true, true, true, true; ";

/// Else a file that returns or exits early would have passed.
const EPILOGUE: &str = "\nended__('conformance: ended')\n";
const ENDED: &str = "conformance: ended";

/// After so many failures a file is given up.
const MOST_FAILURES: usize = 40;

/// The suite's own modules.
const MODULES: &[&str] = &["bwcoercion.lua", "tracegc.lua"];

pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        let is_module = path.file_name().is_some_and(|name| MODULES.iter().any(|module| name == *module));
        if path.is_file() && !is_module && path.extension().is_some_and(|extension| extension == "lua") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

pub fn play(file: &Path, name: &str, known: &Known, player: &dyn Player) -> Result<Vec<Play>> {
    let text = in_utf8(fs::read(file)?);
    let play = |name: String, verdict| Play { group: file_of(&name).to_owned(), name, verdict };
    if let Some(why) = known.place(name) {
        return Ok(vec![play(name.to_owned(), Verdict::Skipped(why.to_owned()))]);
    }
    let companions = MODULES.iter().map(|module| file.with_file_name(module)).filter(|file| file.is_file());
    let companions: Vec<_> = companions.collect();
    let mut failed: Vec<(usize, String)> = Vec::new();
    loop {
        let blanked: HashSet<_> = failed.iter().map(|(line, _)| *line).collect();
        let parts = parts::of(&text, known, &blanked);
        let mut plays: Vec<_> = failed
            .iter()
            .map(|(line, message)| play(format!("{name}:{line}"), Verdict::Failed(message.clone())))
            .collect();
        for part in parts.iter().filter(|part| !blanked.contains(&part.line)) {
            if let Some(why) = &part.absent {
                plays.push(play(format!("{name}:{}", part.line), Verdict::Skipped(why.clone())));
            }
        }
        let rest: Vec<_> = parts.iter().filter(|part| part.absent.is_none()).collect();
        if rest.is_empty() {
            return Ok(plays);
        }
        let spell = Spell { name: name.to_owned(), text: blank(&text, &parts), companions: companions.clone() };
        let played = player.play(&spell)?;
        if played.outcome == "completed" && played.output.lines().any(|line| line == ENDED) {
            plays.extend(rest.iter().map(|part| play(format!("{name}:{}", part.line), Verdict::Passed)));
            return Ok(plays);
        }
        let culprit = failing_line(name, &played).and_then(|line| rest.iter().find(|part| part.holds(line)));
        match culprit {
            Some(part) if failed.len() < MOST_FAILURES => failed.push((part.line, message(&played))),
            // No part of it can be told to have passed.
            _ => {
                let whole = format!("{} (the whole file)", message(&played));
                plays.push(play(name.to_owned(), Verdict::Failed(whole)));
                return Ok(plays);
            }
        }
    }
}

fn file_of(name: &str) -> &str {
    name.split(':').next().unwrap_or(name)
}

fn message(played: &Played) -> String {
    let message = played.message.lines().next().unwrap_or_default();
    let line = played.line.map_or(String::new(), |line| format!("line {line}: "));
    match played.outcome.as_str() {
        "completed" => "ended before its last line".to_owned(),
        "script-error" => format!("{line}{message}"),
        outcome => format!("{outcome}: {line}{message}"),
    }
}

/// Where the file's main chunk was: what failed may lie deeper.
fn failing_line(name: &str, played: &Played) -> Option<usize> {
    if played.outcome == "invalid-spell" {
        // "no visible label 'a' for <goto> at line 7" is told of the end of the block.
        let place = played.message.rsplit_once(" at line ").and_then(|(_, line)| line.parse().ok());
        return place.or(played.line);
    }
    let frames = played.traceback.lines().rev().map(str::trim);
    let main = frames.filter_map(|frame| {
        let (line, place) = frame.strip_prefix(name)?.strip_prefix(':')?.split_once(':')?;
        place.contains("main chunk").then(|| line.parse().ok())?
    });
    main.chain(played.line).next()
}

/// A spell is UTF-8. Files of the suite are not; in quotes the same bytes can be written as escapes.
fn in_utf8(text: Vec<u8>) -> Vec<u8> {
    if std::str::from_utf8(&text).is_ok() {
        return text;
    }
    let mut quoted = vec![false; text.len()];
    for token in tokens::of(&text).iter().filter(|token| token.text.starts_with(b"\"") || token.text.starts_with(b"'"))
    {
        quoted.get_mut(token.bytes.clone()).into_iter().for_each(|range| range.fill(true));
    }
    let mut made = Vec::with_capacity(text.len());
    for (byte, quoted) in text.iter().zip(quoted) {
        match (byte.is_ascii(), quoted) {
            (true, _) => made.push(*byte),
            (false, true) => made.extend(format!("\\{byte}").bytes()),
            (false, false) => made.push(b'?'),
        }
    }
    made
}

/// The file with spaces where nothing is to be played, within the prologue and the epilogue: lines stay what they are.
fn blank(text: &[u8], parts: &[Part]) -> Vec<u8> {
    let mut text = text.to_vec();
    let mut clear = |range: std::ops::Range<usize>| {
        for byte in text.get_mut(range).into_iter().flatten() {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    };
    for part in parts.iter().filter(|part| part.absent.is_some()) {
        clear(part.bytes.clone());
    }
    if text.starts_with(b"#") {
        let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
        text.drain(..end);
    }
    let mut spell = PROLOGUE.as_bytes().to_vec();
    spell.extend(text);
    spell.extend(EPILOGUE.bytes());
    spell
}
