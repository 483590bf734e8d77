//! `file-search`: lines of files that have a text or match a pattern.

use llmspell_base::Failure;
use llmspell_capability_file::{FileError, Way};
use llmspell_kernel::Recordable;
use llmspell_policy::Right;
use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::tool::{FileTool, Found, RunFiles};

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
/// Characters of a line that are shown.
const LONGEST_LINE: usize = 400;
/// Of a compiled pattern.
const PATTERN_BYTES: usize = 1 << 20;

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
        let work = files.files.apart(&files.cx, "file.search", &path, move |work| {
            let mut search = Search { regex, of: self, found: Seen::default() };
            let excluded = search.of.exclude_dirs.clone();
            let enters = move |name: &str| !excluded.iter().any(|one| one == name);
            let levels = if search.of.recursive { search.of.max_depth } else { 1 };
            work.each(&there, &Way { levels, enters: &enters }, &mut |entry| {
                if !search.wants(&entry.below, entry.size) {
                    return Ok(true);
                }
                // What can't be read now is no reason to find nothing.
                match entry.read(search.of.max_file_size.min(MOST_FILE)) {
                    Ok(bytes) => Ok(search.file(&entry.path, &bytes)),
                    Err(FileError::Cancelled) => Err(FileError::Cancelled),
                    Err(_) => Ok(true),
                }
            })?;
            Ok(search.found)
        });
        let seen = files.call("file.search", &at, arguments, work).await?;
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
    fn file(&mut self, path: &str, bytes: &[u8]) -> bool {
        self.found.bytes += bytes.len() as u64;
        let Ok(text) = std::str::from_utf8(bytes) else { return self.goes_on() };
        self.found.files += 1;
        let lines: Vec<&str> = text.lines().collect();
        let before = self.found.matches.len();
        for (number, line) in lines.iter().enumerate() {
            let Some(place) = self.regex.find(line) else { continue };
            if self.found.matches.len() >= self.of.max_results {
                self.found.is_cut = true;
                break;
            }
            let column = line.get(..place.start()).unwrap_or_default().chars().count() + 1;
            let mut one = json!({
                "file_path": path, "line_number": number + 1, "column_number": column, "line_content": cut(line),
                "match_text": cut(place.as_str()),
            });
            if let (Some(map), around @ 1..) = (one.as_object_mut(), self.of.context_lines) {
                let part = |from: usize, to: usize| -> Value {
                    lines.get(from..to.min(lines.len())).unwrap_or_default().iter().map(|line| cut(line)).collect()
                };
                map.insert("context_before".into(), part(number.saturating_sub(around), number));
                map.insert("context_after".into(), part(number + 1, number + 1 + around));
            }
            self.found.matches.push(one);
        }
        self.found.with_matches += usize::from(self.found.matches.len() > before);
        self.goes_on()
    }

    fn goes_on(&mut self) -> bool {
        self.found.is_cut |= self.found.files >= MOST_FILES || self.found.bytes >= MOST_BYTES;
        !self.found.is_cut
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
