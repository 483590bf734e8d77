//! Parses a policy.

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::approval::COST_ABOVE;
use super::right::{SINKS, SOURCES, keys, sections};
use super::taint::Bar;
use super::terms::Terms;
use super::{Entry, Glob, LimitEntry, Origin, Place, Policy, PolicyError, Right};
use llmspell_base::hash::hash;
use llmspell_base::limits::table::entry;
use llmspell_base::money::NanoDollars;
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
                let allows = rights.1;
                for (right, entry) in self.list(name, key.get_ref(), rights, list)? {
                    let Some(rule) = self.policy.rules.get_mut(right.index()) else { continue };
                    if allows { rule.allow.push(entry) } else { rule.deny.push(entry) }
                }
            }
            return Ok(());
        }
        if name == "limits" {
            table(value)?;
            return entries(value).try_for_each(|(key, value)| self.limit(key, value));
        }
        if name == "approval" {
            table(value)?;
            return entries(value).try_for_each(|(key, value)| self.approval(key, value));
        }
        if name == "taint" {
            table(value)?;
            return entries(value).try_for_each(|(key, value)| self.taint(key, value));
        }
        let known = sections().into_iter().chain(["limits", "approval", "taint"]);
        let known: Vec<&str> = known.chain(ABOUT.iter().copied().filter(|_| requested)).collect();
        Err((span, format!("unknown key '{name}'{}", nearest(name, &known))))
    }

    fn list(
        &self,
        section: &str,
        key: &str,
        (rights, allows): (&[Right], bool),
        value: &Spanned<DeValue<'_>>,
    ) -> Result<Vec<(Right, Entry)>, Wrong> {
        let mut list_entries = Vec::new();
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
                list_entries.push((*right, entry));
            }
        }
        Ok(list_entries)
    }

    /// A key of `[approval]`: patterns of names, as `deny` takes them, or an amount of money.
    fn approval(&mut self, key: &Spanned<Cow<'_, str>>, value: &Spanned<DeValue<'_>>) -> Result<(), Wrong> {
        let name = key.get_ref().as_ref();
        if name == COST_ABOVE {
            let amount = match value.get_ref() {
                DeValue::String(text) => text.parse::<NanoDollars>(),
                DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse(),
                DeValue::Float(number) => number.as_str().parse(),
                other => Err(format!("is an amount in dollars, such as 0.10, not {}", kind(other))),
            };
            let amount = amount.map_err(|what| (value.span(), format!("[approval] {COST_ABOVE}: {what}")))?;
            self.policy.approvals.cost_above = Some((amount, self.place(value)));
            return Ok(());
        }
        let Some(right) = Right::ALL.iter().find(|right| right.approval() == Some(name)) else {
            let known = Right::ALL.iter().filter_map(|right| right.approval()).chain([COST_ABOVE]);
            let hint = nearest(name, &known.collect::<Vec<_>>());
            return Err((key.span(), format!("[approval] unknown key '{}'{hint}", name.escape_debug())));
        };
        let list = self.list("approval", name, (&[*right], false), value)?;
        self.policy.approvals.names.extend(list);
        Ok(())
    }

    /// A key of `[taint]`: `network = {unless = ["web"]}`.
    fn taint(&mut self, key: &Spanned<Cow<'_, str>>, value: &Spanned<DeValue<'_>>) -> Result<(), Wrong> {
        let name = key.get_ref().as_ref();
        let Some(sink) = SINKS.iter().find(|sink| **sink == name) else {
            return Err((key.span(), format!("[taint] unknown key '{}'{}", name.escape_debug(), nearest(name, SINKS))));
        };
        let wrong = |span: Range<usize>, what: String| Err((span, format!("[taint] {sink}: {what}")));
        let unless = entries(value).find(|(key, _)| key.get_ref() == "unless");
        if let Some((other, _)) = entries(value).find(|(key, _)| key.get_ref() != "unless") {
            return wrong(other.span(), format!("unknown key '{}'; known are: unless", other.get_ref().escape_debug()));
        }
        let Some((_, list)) = unless else {
            return wrong(value.span(), "is written {unless = [\"web\"]}".into());
        };
        let DeValue::Array(words) = list.get_ref() else {
            return wrong(list.span(), format!("unless is a list, such as [\"web\"], not {}", kind(list.get_ref())));
        };
        let mut sources = Vec::new();
        for word in words {
            let DeValue::String(text) = word.get_ref() else {
                return wrong(word.span(), format!("unless holds names, not {}", kind(word.get_ref())));
            };
            match SOURCES.iter().find(|source| **source == text.as_ref()) {
                Some(source) if sources.contains(source) => {
                    return wrong(word.span(), format!("'{source}' is there twice"));
                }
                Some(source) => sources.push(*source),
                None => {
                    return wrong(
                        word.span(),
                        format!("there is no '{}'{}", text.escape_debug(), nearest(text, SOURCES)),
                    );
                }
            }
        }
        if sources.is_empty() {
            return wrong(list.span(), "unless names nothing: leave the entry out".into());
        }
        let place = self.place(key);
        self.policy.taint.push(Bar { sink, unless: sources, place });
        Ok(())
    }

    fn place<T>(&self, at: &Spanned<T>) -> Place {
        let (line, column) = position(self.text, at.span().start);
        Place::Line { line, column }
    }

    fn limit(&mut self, key: &Spanned<Cow<'_, str>>, value: &Spanned<DeValue<'_>>) -> Result<(), Wrong> {
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
) -> impl Iterator<Item = (&'a Spanned<Cow<'i, str>>, &'a Spanned<DeValue<'i>>)> {
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
