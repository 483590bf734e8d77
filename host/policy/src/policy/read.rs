//! Parses a policy.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::right::{RESERVED, keys, sections};
use super::terms::Terms;
use super::{Entry, Glob, LimitEntry, Origin, Place, Policy, PolicyError, Right};
use llmspell_base::hash::hash;
use llmspell_base::limits::table::entry;
use llmspell_base::nearest::{explain, nearest};
use llmspell_base::toml_span::{Wrong, kind, position};
use llmspell_base::units::parse_size;

/// What a spell's file may say of itself beside what it asks for.
const ABOUT: &[&str] = &["name", "version", "description", "author"];
/// More in one list is a mistake.
const MOST_ENTRIES: usize = 1_000;
/// Of a spell's own: it is not charged for the time in which names are held against them.
const MOST_REQUESTED: usize = 64;

pub fn policy(origin: Origin, text: &str) -> Result<Policy, PolicyError> {
    let file = origin.to_string();
    let fail = |(span, problem): Wrong| {
        let (line, column) = position(text, span.start);
        PolicyError { file: file.clone(), line, column, problem: problem.replace('\n', " ") }
    };
    let document =
        DeTable::parse(text).map_err(|error| fail((error.span().unwrap_or_default(), explain(error.message()))))?;
    let names = !matches!(origin, Origin::Requested(_));
    let folder = Path::new(&file).parent().map(Path::to_path_buf).unwrap_or_default();
    let mut reader =
        Reader { text, folder, policy: Policy { hash: hash(text.as_bytes()), names, ..Policy::empty(origin) } };
    for (key, value) in document.get_ref() {
        reader.section(key.get_ref(), key.span(), value).map_err(fail)?;
    }
    reader.consistent().map_err(fail)?;
    Ok(reader.policy)
}

struct Reader<'a> {
    text: &'a str,
    /// What relative paths are below.
    folder: PathBuf,
    policy: Policy,
}

impl Reader<'_> {
    fn section(&mut self, name: &str, span: Range<usize>, value: &Spanned<DeValue<'_>>) -> Result<(), Wrong> {
        let requested = matches!(self.policy.origin, Origin::Requested(_));
        if requested && ABOUT.contains(&name) {
            let DeValue::String(_) = value.get_ref() else {
                return Err((value.span(), format!("{name} is a text, not {}", kind(value.get_ref()))));
            };
            return Ok(());
        }
        let table = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
            DeValue::Table(_) => Ok(()),
            other => Err((value.span(), format!("[{name}] is a section, not {}", kind(other)))),
        };
        let keys = keys(name);
        if let Some((_, all)) = keys.first() {
            table(value)?;
            self.policy.names = true;
            for (key, list) in entries(value) {
                let rights = match keys.iter().find(|(known, _)| known == key.get_ref()) {
                    Some((_, rights)) => (rights.as_slice(), true),
                    None if key.get_ref() == "deny" => (all.as_slice(), false),
                    None => {
                        let known: Vec<&str> = keys.iter().map(|(known, _)| *known).chain(["deny"]).collect();
                        let hint = nearest(key.get_ref(), &known);
                        return Err((key.span(), format!("[{name}] unknown key '{}'{hint}", key.get_ref())));
                    }
                };
                self.list(name, key.get_ref(), rights, list)?;
            }
            return Ok(());
        }
        if name == "limits" {
            table(value)?;
            return entries(value).try_for_each(|(key, value)| self.limit(key, value));
        }
        if RESERVED.contains(&name) {
            let problem = format!("[{name}] is reserved for an interface that this version does not have: remove it");
            return Err((span, problem));
        }
        let known = sections().into_iter().chain(["limits"]);
        let known: Vec<&str> = known.chain(ABOUT.iter().copied().filter(|_| requested)).collect();
        Err((span, format!("unknown key '{name}'{}", nearest(name, &known))))
    }

    fn list(
        &mut self,
        section: &str,
        key: &str,
        (rights, allows): (&[Right], bool),
        value: &Spanned<DeValue<'_>>,
    ) -> Result<(), Wrong> {
        let problem = |what: String| format!("[{section}] {key}: {what}");
        let DeValue::Array(list) = value.get_ref() else {
            let what = kind(value.get_ref());
            return Err((value.span(), problem(format!("is a list of names, such as [\"…\"], not {what}"))));
        };
        let most = if matches!(self.policy.origin, Origin::Requested(_)) { MOST_REQUESTED } else { MOST_ENTRIES };
        if list.len() > most {
            return Err((value.span(), problem(format!("has more than {most} entries"))));
        }
        let kind = match () {
            () if allows && rights.iter().all(|right| right.is_path()) => Tables::Paths,
            () if allows && rights.iter().all(|right| right.is_host()) => Tables::Hosts,
            () => Tables::None,
        };
        let items = items(list, kind);
        let items = items.map_err(|(span, what)| (span, problem(what)))?;
        for (at, Item { span, text, max_file, terms }) in items.iter().enumerate() {
            if items.iter().take(at).any(|other| other.text == *text) {
                return Err((span.clone(), problem(format!("'{}' is there twice", text.escape_debug()))));
            }
            if *text == "*" && allows && items.len() > 1 && !items.iter().any(|item| item.terms.is_some()) {
                return Err((
                    span.clone(),
                    problem("'*' allows everything, so the names beside it mean nothing".into()),
                ));
            }
            for right in rights {
                let glob = Glob::parse_in(&self.folder, *right, text, allows);
                let glob = glob.map_err(|what| (span.clone(), problem(what)))?;
                let (line, column) = position(self.text, span.start);
                let glob = if allows { glob } else { glob.as_denied(*right) };
                let entry =
                    Entry { glob, place: Place::Line { line, column }, max_file: *max_file, terms: terms.clone() };
                let Some(rule) = self.policy.rules.get_mut(right.index()) else { continue };
                if allows { rule.allow.push(entry) } else { rule.deny.push(entry) }
            }
        }
        Ok(())
    }

    fn limit(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, value: &Spanned<DeValue<'_>>) -> Result<(), Wrong> {
        let (row, number) = entry(key, value)?;
        let (line, column) = position(self.text, value.span().start);
        self.policy.limits.push(LimitEntry { row, value: number, place: Place::Line { line, column } });
        Ok(())
    }

    /// What is allowed and denied as well is a mistake: it could never be used.
    fn consistent(&self) -> Result<(), Wrong> {
        for right in Right::ALL {
            let rule = self.policy.rule(*right);
            for entry in &rule.allow {
                let denied = rule.deny.iter().find(|deny| deny.glob.covers(&entry.glob.as_denied(*right)));
                if let (Some(Entry { glob, place: Place::Line { line: by, .. }, .. }), Place::Line { line, column }) =
                    (denied, entry.place)
                {
                    let what = format!("'{}' can never be granted: deny = \"{glob}\" on line {by}", entry.glob);
                    let at = offset(self.text, line, column);
                    return Err((at..at, format!("[{}] {what}", right.section())));
                }
            }
        }
        Ok(())
    }
}

fn entries<'a, 'i>(
    value: &'a Spanned<DeValue<'i>>,
) -> impl Iterator<Item = (&'a Spanned<std::borrow::Cow<'i, str>>, &'a Spanned<DeValue<'i>>)> {
    match value.get_ref() {
        DeValue::Table(table) => Some(table.iter()),
        _ => None,
    }
    .into_iter()
    .flatten()
}

/// Which entries may be tables.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tables {
    None,
    Paths,
    Hosts,
}

/// One entry of a list: a text, or of paths and hosts a table that says more.
struct Item<'a> {
    span: Range<usize>,
    text: &'a str,
    max_file: Option<u64>,
    terms: Option<Box<Terms>>,
}

fn items<'a>(list: &'a DeArray<'_>, tables: Tables) -> Result<Vec<Item<'a>>, Wrong> {
    let item = |value: &'a Spanned<DeValue<'_>>| match value.get_ref() {
        DeValue::String(text) => Ok(Item { span: value.span(), text: text.as_ref(), max_file: None, terms: None }),
        DeValue::Table(_) if tables == Tables::Paths => path_item(value),
        DeValue::Table(_) if tables == Tables::Hosts => host_item(value),
        other => Err((value.span(), format!("holds names, not {}", kind(other)))),
    };
    list.iter().map(item).collect()
}

/// `{path = "…", max-file = "1MiB"}`.
fn path_item<'a>(value: &'a Spanned<DeValue<'_>>) -> Result<Item<'a>, Wrong> {
    let mut path = None;
    let mut max_file = None;
    for (key, value) in entries(value) {
        let wrong = |what: String| (value.span(), format!("{}: {what}", key.get_ref()));
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("path", DeValue::String(text)) => path = Some((value.span(), text.as_ref())),
            ("max-file", DeValue::String(text)) => max_file = Some(parse_size(text).map_err(wrong)?),
            ("path" | "max-file", other) => return Err(wrong(format!("is a text, not {}", kind(other)))),
            (other, _) => {
                return Err((key.span(), format!("unknown key '{other}'{}", nearest(other, &["path", "max-file"]))));
            }
        }
    }
    let missing = || (value.span(), "names no path: write {path = \"…\", max-file = \"1MiB\"}".to_owned());
    let (span, text) = path.ok_or_else(missing)?;
    Ok(Item { span, text, max_file, terms: None })
}

/// `{host = "…", methods = ["GET"], paths = ["/v1"], private = true, max-response = "1MiB", requests-per-minute = 60}`.
fn host_item<'a>(value: &'a Spanned<DeValue<'_>>) -> Result<Item<'a>, Wrong> {
    let mut host = None;
    let mut terms = Terms::default();
    for (key, value) in entries(value) {
        let name = key.get_ref().as_ref();
        match (name, value.get_ref()) {
            ("host", DeValue::String(text)) => host = Some((value.span(), text.as_ref())),
            _ if Terms::KEYS.contains(&name) => terms.read(name, value)?,
            ("host", other) => return Err((value.span(), format!("host: is a text, not {}", kind(other)))),
            _ => {
                let known: Vec<&str> = ["host"].into_iter().chain(Terms::KEYS.iter().copied()).collect();
                return Err((key.span(), format!("unknown key '{name}'{}", nearest(name, &known))));
            }
        }
    }
    let missing = || (value.span(), "names no host: write {host = \"…\", methods = [\"GET\"]}".to_owned());
    let (span, text) = host.ok_or_else(missing)?;
    Ok(Item { span, text, max_file: None, terms: Some(Box::new(terms)) })
}

fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let rest = text.get(before..).unwrap_or_default();
    before + rest.chars().take(column - 1).map(char::len_utf8).sum::<usize>()
}
