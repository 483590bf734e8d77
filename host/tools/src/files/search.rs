//! `file-search`: lines of files that have a text or match a pattern.

use std::collections::VecDeque;

use llmspell_base::Failure;
use llmspell_capability_file::{FileError, Way, Work};
use llmspell_kernel::Recordable;
use llmspell_policy::Right;
use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::tool::{FileTool, RunFiles};
use crate::answer::Found;
use crate::standard::{long_call, size};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileSearch {
    /// The text to look for, or with use_regex a regular expression.
    pattern: String,
    /// The folder or file to look in.
    #[serde(default = "here")]
    path: String,
    /// Also in the folders below.
    #[serde(default = "yes")]
    recursive: bool,
    #[serde(default = "yes")]
    case_sensitive: bool,
    /// The pattern is a regular expression, without look-around and back-references.
    #[serde(default)]
    use_regex: bool,
    /// Lines before and after each match.
    #[serde(default)]
    #[schemars(range(max = 20))]
    context_lines: usize,
    /// Only files with these extensions, such as "md".
    #[serde(default)]
    include_extensions: Vec<String>,
    /// Names of folders that are passed over.
    #[serde(default)]
    exclude_dirs: Vec<String>,
    /// Larger files are passed over, in bytes.
    #[serde(default = "usual_size")]
    max_file_size: u64,
    /// Levels of folders.
    #[serde(default = "usual_depth")]
    #[schemars(range(min = 1, max = 64))]
    max_depth: usize,
    /// Matches, after which the search ends.
    #[serde(default = "usual_matches")]
    #[schemars(range(min = 1, max = 1000))]
    max_results: usize,
}

fn here() -> String {
    ".".into()
}
fn yes() -> bool {
    true
}
fn usual_size() -> u64 {
    1 << 20
}
fn usual_depth() -> usize {
    10
}
fn usual_matches() -> usize {
    100
}

/// Files that one search looks at, and bytes of them.
const MOST_FILES: usize = 10_000;
const MOST_BYTES: u64 = 64 << 20;
/// Larger ones are passed over, whatever is asked for.
const MOST_FILE: u64 = 8 << 20;
/// Lines between two looks at whether anything still waits for the search.
const LINES_AT_ONCE: usize = 256;
/// Characters of a line that are shown.
const LONGEST_LINE: usize = 400;
/// Of a compiled pattern.
const PATTERN_BYTES: usize = 64 << 10;
/// Of a line, what is looked at: a pattern can't be stopped within a line.
const MOST_OF_LINE: usize = 64 << 10;
/// Bytes of lines that are told, after which the search ends.
const MOST_TOLD: usize = 4 << 20;

impl FileTool for FileSearch {
    const NAME: &'static str = "file-search";
    const DESCRIPTION: &'static str = "Finds lines in files that have a text or match a regular expression.";
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[
        ("query", "pattern"),
        ("text", "pattern"),
        ("input", "pattern"),
        ("directory", "path"),
        ("file_path", "path"),
        ("limit", "max_results"),
    ];
    const RIGHTS: &'static [Right] = &[Right::READ];

    fn operation(&self) -> String {
        "search".into()
    }

    async fn run(self, files: &RunFiles) -> Result<Found, Failure> {
        let at = files.files.locate(Right::READ, &self.path);
        let (path, there) = (self.path.clone(), at.clone());
        let regex = self.regex()?;
        let arguments = json!({ "path": path, "pattern": self.pattern });
        let largest = self.max_file_size.min(MOST_FILE);
        let _held = files.cx.memory().take(usize::try_from(largest).unwrap_or(usize::MAX).saturating_add(MOST_TOLD))?;
        let place = long_call().await;
        let of = [&at];
        let work = files.files.apart(&files.cx, "file.search", (&path, &of), move |work| {
            let _place = place;
            let mut search = Search { regex, of: self, found: Seen::default() };
            let excluded = search.of.exclude_dirs.clone();
            let enters = move |name: &str| !excluded.iter().any(|one| one == name);
            let levels = if search.of.recursive { search.of.max_depth } else { 1 };
            work.each(&there, &Way { levels, enters: &enters }, &mut |entry| {
                if !search.wants(&entry.below, entry.size) {
                    return Ok(true);
                }
                // What can't be read now is no reason to find nothing.
                match entry.read(largest) {
                    Ok(bytes) => search.file(&entry.path, &bytes, work),
                    Err(FileError::Cancelled) => Err(FileError::Cancelled),
                    Err(_) => Ok(true),
                }
            })?;
            Ok(search.found)
        });
        let seen = files.call("file.search", &at, arguments, None, work).await?;
        Ok(json!({ "matches": seen.matches, "summary": seen.summary() }).into())
    }
}

impl FileSearch {
    fn regex(&self) -> Result<Regex, Failure> {
        let pattern = if self.use_regex { self.pattern.clone() } else { regex::escape(&self.pattern) };
        if self.pattern.is_empty() {
            return Err(Failure::invalid("'pattern' is empty: say what to look for"));
        }
        let mut builder = RegexBuilder::new(&pattern);
        builder.case_insensitive(!self.case_sensitive).size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES);
        builder.build().map_err(|error| {
            let problem = error.to_string();
            let problem = problem.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            Failure::invalid(format!("'pattern' is no regular expression: {problem}"))
        })
    }
}

struct Search {
    regex: Regex,
    of: FileSearch,
    found: Seen,
}

#[derive(Default)]
struct Seen {
    matches: Vec<Value>,
    files: usize,
    with_matches: usize,
    bytes: u64,
    /// Bytes of lines that are told.
    told: usize,
    is_cut: bool,
}

impl Search {
    fn wants(&self, name: &str, size: u64) -> bool {
        let extensions = &self.of.include_extensions;
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let fits = |one: &String| one.trim_start_matches('.').eq_ignore_ascii_case(extension);
        size <= self.of.max_file_size.min(MOST_FILE) && (extensions.is_empty() || extensions.iter().any(fits))
    }

    /// Whether to go on. A file that is no text is passed over.
    fn file(&mut self, path: &str, bytes: &[u8], work: &Work<'_>) -> Result<bool, FileError> {
        self.found.bytes += bytes.len() as u64;
        let Ok(text) = std::str::from_utf8(bytes) else { return Ok(self.goes_on()) };
        self.found.files += 1;
        let found_before = self.found.matches.len();
        let around = self.of.context_lines;
        let mut before = VecDeque::new();
        let mut lines = text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            if number % LINES_AT_ONCE == 0 || line.len() > LONGEST_LINE {
                work.check()?;
            }
            let (line, whole) = (line.get(..line.floor_char_boundary(MOST_OF_LINE)).unwrap_or_default(), line);
            let place = self.regex.find(line);
            if place.is_some() && (self.found.matches.len() >= self.of.max_results || self.found.told > MOST_TOLD) {
                self.found.is_cut = true;
                break;
            }
            let Some(place) = place else {
                remember(&mut before, whole, around);
                continue;
            };
            let column = line.get(..place.start()).unwrap_or_default().chars().count() + 1;
            let mut one = json!({
                "file_path": path, "line_number": number + 1, "column_number": column, "line_content": cut(line),
                "match_text": cut(place.as_str()),
            });
            if let (Some(map), 1..) = (one.as_object_mut(), around) {
                let after = lines.clone().take(around).map(|(_, line)| cut(line));
                map.insert("context_before".into(), before.iter().map(|line| cut(line)).collect());
                map.insert("context_after".into(), after.collect());
            }
            self.found.told += size(&one);
            self.found.matches.push(one);
            remember(&mut before, whole, around);
        }
        self.found.with_matches += usize::from(self.found.matches.len() > found_before);
        Ok(self.goes_on())
    }

    fn goes_on(&mut self) -> bool {
        self.found.is_cut |= self.found.files >= MOST_FILES || self.found.bytes >= MOST_BYTES;
        !self.found.is_cut
    }
}

/// Keeps the last lines.
fn remember<'a>(before: &mut VecDeque<&'a str>, line: &'a str, most: usize) {
    before.push_back(line);
    if before.len() > most {
        before.pop_front();
    }
}

fn cut(line: &str) -> String {
    line.chars().take(LONGEST_LINE).collect()
}

impl Seen {
    fn summary(&self) -> Value {
        json!({
            "files_searched": self.files, "files_with_matches": self.with_matches, "total_matches": self.matches.len(),
            "truncated": self.is_cut,
        })
    }
}

impl Recordable for Seen {
    fn bytes(&self) -> usize {
        usize::try_from(self.bytes).unwrap_or(usize::MAX)
    }
    fn record(&self) -> Value {
        self.summary()
    }
}
