//! Checks that an audit was not changed after it was written.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use llmspell_api::audit::AuditCheck;
use llmspell_base::file::{FileKind, open};

use super::format::{Link, MOST_LINE, NOTHING, head_of, no_head, read_head, read_line};

/// The most problems that are reported.
const MOST_PROBLEMS: usize = 20;

/// Checks a whole audit against its hashes and the `.head` file beside it. An error means that a file can't be read.
pub fn verify(path: &Path) -> io::Result<AuditCheck> {
    let kind = FileKind { name: "an audit, as `run --audit` writes it", extensions: &[] };
    let mut lines = BufReader::new(open(path, kind)?);
    let head = match File::open(head_of(path)) {
        Ok(mut head) => Some(read_head(&mut head)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    }
    .flatten();
    let mut found = AuditCheck::default();
    // `None` behind a line that says nothing of itself.
    let (mut number, mut previous) = (Some(1), Some(NOTHING.to_owned()));
    let mut head_seen = head.as_ref().is_some_and(|head| *head == Link { seq: 0, hash: NOTHING.into() });
    loop {
        let mut bytes = Vec::new();
        if (&mut lines).take(MOST_LINE).read_until(b'\n', &mut bytes)? == 0 {
            break;
        }
        found.lines += 1;
        let at = found.lines;
        let Some(line) = bytes.strip_suffix(b"\n") else {
            tell(&mut found, format!("line {at} is cut short"));
            break;
        };
        let line = std::str::from_utf8(line).map_err(|_| None).and_then(read_line);
        let (link, before) = match line {
            Ok(read) => read,
            Err(seq) => {
                let what = if seq.is_some() { "was changed" } else { "is no line of an audit" };
                tell(&mut found, format!("line {at} {what}"));
                (number, previous) = (seq.or(number).map(|seq| seq.saturating_add(1)), None);
                continue;
            }
        };
        if let Some(expected) = number.filter(|expected| *expected != link.seq) {
            let what = format!("line {at} has the number {} where {expected} belongs", link.seq);
            tell(&mut found, format!("{what}: lines were removed or moved"));
        } else if previous.as_ref().is_some_and(|previous| *previous != before) {
            tell(&mut found, format!("line {at} does not follow line {}: one of them was put in later", at - 1));
        }
        head_seen |= head.as_ref().is_some_and(|head| *head == link);
        number = Some(link.seq.saturating_add(1));
        found.head = Some(link.hash.clone());
        previous = Some(link.hash);
    }
    let last = number.map_or(0, |next| next - 1);
    match head {
        None if found.lines > 0 => tell(&mut found, no_head(path)),
        Some(head) if head.seq > last => {
            let what =
                format!("after line {} lines are missing: the last one had the number {}", found.lines, head.seq);
            tell(&mut found, what);
        }
        Some(head) if !head_seen => {
            tell(&mut found, format!("line {} is not the one that was written: its hash was {}", head.seq, head.hash));
        }
        _ => {}
    }
    Ok(found)
}

fn tell(found: &mut AuditCheck, problem: String) {
    if found.problems.len() < MOST_PROBLEMS {
        found.problems.push(problem);
    }
}
