//! Policies: files in which an operator, a tenant or a spell's author says what a spell may use.
//!
//! Several hold at once, and each can only narrow what the others leave. In one file, `deny` comes before `allow`, and
//! what it does not allow is denied. Whatever is wrong with a file is refused with its line and column.

use std::fmt;

use llmspell_api::policy::Denial;
use llmspell_base::Failure;
use llmspell_base::hash::hash;
use llmspell_base::limits::Limits;
use llmspell_base::limits::table::Row;

mod approval;
mod ask;
mod configured;
mod explain;
mod file;
mod glob;
mod grammar;
mod grants;
mod host_name;
mod path;
mod permission;
mod read;
mod requested;
mod right;
mod suggest;
mod taint;
mod terms;

pub use approval::Cost;
pub use ask::Refused;
pub use configured::Policies;
pub use explain::{CONFIGURATION, Denied, Explained, Named, Standing};
pub use file::{Change, PolicyFile};
pub use glob::Glob;
pub use grants::Grants;
pub use path::{missing as missing_path, split as split_path};
pub use permission::Permission;
pub use requested::{Remark, misspelt, requested_in, requested_policies};
pub use right::{Right, SINKS, SOURCES};
pub use suggest::{Suggestion, suggest};
pub use taint::Barred;
use terms::Terms;

/// What one file, or what stands for one, allows.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Where the policy comes from.
    pub origin: Origin,
    /// SHA-256 of its text, in hex.
    pub hash: String,
    /// In the order of [`Right::ALL`].
    rules: Vec<Rule>,
    /// Whether it says anything of what may be used. A spell that says nothing asks for all that it can get.
    names: bool,
    limits: Vec<LimitEntry>,
    approvals: approval::Approvals,
    taint: Vec<taint::Bar>,
}

/// The source of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A file of the operator or of a tenant, as its reader calls it.
    File(String),
    /// What a spell asks for, in a file or in its own first lines.
    Requested(String),
    /// Flags of the command line alone.
    Flags,
}

/// The place of an entry of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the policy's file.
    Line {
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
    },
    /// Given by this flag of the command line.
    Flag(&'static str),
}

#[derive(Debug, Clone, Default)]
struct Rule {
    allow: Vec<Entry>,
    deny: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    glob: Glob,
    place: Place,
    /// Bytes of one file, where it is for paths and says so.
    max_file: Option<u64>,
    /// Of requests, where it is for hosts and says so.
    terms: Option<Box<Terms>>,
}

#[derive(Debug, Clone, Copy)]
struct LimitEntry {
    row: &'static Row,
    value: u64,
    place: Place,
}

/// What is wrong with a policy, where, and what to do. One line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", llmspell_base::toml_span::one_line(&format!("{}: {problem}", self.place())))]
pub struct PolicyError {
    /// The file, as the caller named it.
    pub file: String,
    /// 1-based; 0 where it is about the file and nothing in it.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
    /// What is wrong and what to do, without the place.
    pub problem: String,
}

impl PolicyError {
    fn of_file(file: impl fmt::Display, problem: impl fmt::Display) -> PolicyError {
        PolicyError { file: file.to_string(), line: 0, column: 0, problem: problem.to_string() }
    }

    fn place(&self) -> String {
        match self.line {
            0 => self.file.clone(),
            line => format!("{}:{line}:{}", self.file, self.column),
        }
    }
}

/// More is a file of another kind.
const MOST_BYTES: usize = 1 << 20;

impl Policy {
    /// Reads a policy from its text. `file` is what messages call it.
    pub fn parse(file: &str, text: &str) -> Result<Policy, PolicyError> {
        if text.len() > MOST_BYTES {
            return Err(PolicyError::of_file(
                file,
                format!("has more than {} MiB: no policy is so long", MOST_BYTES >> 20),
            ));
        }
        read::policy(Origin::File(file.into()), text)
    }

    /// One without any rule: it denies everything, and bounds nothing.
    pub fn empty(origin: Origin) -> Policy {
        let rules = vec![Rule::default(); Right::ALL.len()];
        let (limits, approvals, taint) = Default::default();
        Policy { origin, hash: hash(b""), rules, names: true, limits, approvals, taint }
    }

    /// Allows something more, as a flag says. What the file denies stays denied.
    pub fn and_flag(mut self, right: Right, glob: Glob, flag: &'static str) -> Policy {
        if let Some(rule) = self.rules.get_mut(right.index()) {
            rule.allow.push(Entry { glob, place: Place::Flag(flag), max_file: None, terms: None });
        }
        self
    }

    /// Whether `name` is allowed, or the denial as a spell receives it.
    pub fn check(&self, right: Right, name: &str) -> Result<(), Failure> {
        if !self.names {
            return Ok(());
        }
        self.check_not_denied(right, name)?;
        if self.leaves(right) {
            return Ok(());
        }
        let normal = right.normal(name);
        let words = right.split(&normal);
        match self.rule(right).allow.iter().any(|entry| entry.glob.fits(&words)) {
            true => Ok(()),
            false => Err(self.denial(right, name, None)),
        }
    }

    /// Whether no `deny` is about `name`, or the denial as a spell receives it.
    pub fn check_not_denied(&self, right: Right, name: &str) -> Result<(), Failure> {
        if name.len() > NAME_BYTES {
            return Err(self.denial(right, name, None));
        }
        match self.rule(right).deny.iter().find(|entry| entry.is_for_denied(right, name)) {
            Some(entry) => Err(self.denial(right, name, Some(entry))),
            None => Ok(()),
        }
    }

    /// Whether every name that the pattern matches is allowed, or the denial as a spell receives it.
    pub fn check_glob(&self, right: Right, glob: &Glob) -> Result<(), Failure> {
        if !self.names {
            return Ok(());
        }
        let rule = self.rule(right);
        let asked = glob.as_denied(right);
        if let Some(entry) = rule.deny.iter().find(|entry| entry.glob.overlaps(&asked)) {
            return Err(self.denial(right, glob.text(), Some(entry)));
        }
        match self.leaves(right) || rule.allow.iter().any(|entry| entry.glob.covers(glob)) {
            true => Ok(()),
            false => Err(self.denial(right, glob.text(), None)),
        }
    }

    /// Whether it leaves all of it but what it denies.
    pub(crate) fn leaves(&self, right: Right) -> bool {
        right.is_free() && self.rule(right).allow.is_empty()
    }

    /// Whether it says something of it.
    pub(crate) fn speaks_of(&self, right: Right) -> bool {
        let Rule { allow, deny } = self.rule(right);
        !allow.is_empty() || !deny.is_empty()
    }

    /// Whether something that the glob is for may be allowed.
    pub(crate) fn may_allow(&self, right: Right, glob: &Glob) -> bool {
        let some = self.leaves(right) || self.rule(right).allow.iter().any(|entry| entry.glob.overlaps(glob));
        !self.names || (some && !self.denies_all(right, glob))
    }

    /// How many bytes this file may have; `None` where nothing is said of it.
    pub(crate) fn max_file(&self, right: Right, name: &str) -> Option<u64> {
        let normal = right.normal(name);
        let words = right.split(&normal);
        let fitting = self.rule(right).allow.iter().filter(|entry| entry.glob.fits(&words));
        // What is allowed twice is allowed as far as the more generous says.
        fitting.map(|entry| entry.max_file.unwrap_or(u64::MAX)).max().filter(|most| *most < u64::MAX)
    }

    /// The first path that is allowed and can't be granted as things are.
    pub(crate) fn missing_path(&self) -> Option<(Place, String)> {
        let paths = [Right::READ, Right::WRITE].into_iter();
        let entries = paths.flat_map(|right| self.rule(right).allow.iter().map(move |entry| (right, entry)));
        entries
            .filter_map(|(right, entry)| {
                let problem = path::missing(right, entry.glob.text())?;
                Some((
                    entry.place,
                    format!("[{}] {}: {problem}: make it first, or correct the path", right.section(), right.key()),
                ))
            })
            .next()
    }

    /// The tighter of the two, number by number.
    pub fn tighten(&self, mut limits: Limits) -> Limits {
        for LimitEntry { row, value, .. } in &self.limits {
            if (row.get)(&limits).is_none_or(|now| now > *value) {
                (row.set)(&mut limits, *value);
            }
        }
        limits
    }

    /// The patterns that it allows, in their canonical spelling.
    pub fn allowed(&self, right: Right) -> impl Iterator<Item = &str> {
        self.rule(right).allow.iter().map(|entry| entry.glob.text())
    }

    /// Names the grant that is missing and where it goes. A spell hears the file's name, and not where it lies.
    fn denial(&self, right: Right, name: &str, denied: Option<&Entry>) -> Failure {
        let (section, noun, key) = (right.section(), right.noun(), right.key());
        let file = self.origin.file_name();
        let name_shown = name.escape_debug().take(NAME_CHARS).collect::<String>();
        let (key, line, how) = match denied {
            Some(Entry { place: Place::Line { line, .. }, glob, .. }) => {
                ("deny", Some(*line), format!("is denied by [{section}] deny = \"{glob}\" in {file}, line {line}"))
            }
            _ => (key, None, self.origin.missing(right, &name_shown, file)),
        };
        let details = Denial { name: &name_shown, section, key, file, line };
        let message = format!("the {noun} '{name_shown}' {how}");
        Failure { details: Some(serde_json::json!(details)), ..Failure::denied(message) }
    }

    fn rule(&self, right: Right) -> &Rule {
        const NOTHING: &Rule = &Rule { allow: Vec::new(), deny: Vec::new() };
        self.rules.get(right.index()).unwrap_or(NOTHING)
    }
}

impl Entry {
    /// Whether it is for this name in the spelling in which denials are compared.
    fn is_for_denied(&self, right: Right, name: &str) -> bool {
        let normal = right.normal(name);
        let denied_as = right.denied_as(&normal);
        self.glob.fits(&right.split(&denied_as))
    }
}

/// The longest name that is compared with patterns: comparing takes time that is not charged to any run.
const NAME_BYTES: usize = 4 << 10;

/// How much of a name messages hold.
const NAME_CHARS: usize = 120;

impl Origin {
    /// Its name, without the folders that lead to it.
    pub fn file_name(&self) -> &str {
        match self {
            Origin::File(file) | Origin::Requested(file) => file.rsplit(['/', '\\']).next().unwrap_or(file),
            Origin::Flags => "the command line",
        }
    }

    fn missing(&self, right: Right, name: &str, file: &str) -> String {
        let (section, key) = (right.section(), right.key());
        match (self, right.flag()) {
            (Origin::Requested(_), _) => format!("is not what the spell asks for: [{section}] {key} in {file}"),
            (Origin::Flags, Some(flag)) => format!("is not granted: {flag} {name} grants it"),
            _ => format!("is not granted: [{section}] {key} in {file} would grant it"),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File(file) | Origin::Requested(file) => f.write_str(file),
            Origin::Flags => f.write_str("the command line"),
        }
    }
}

#[cfg(test)]
mod tests;
