//! Finds references in a text.

use super::Unknown;

/// A reference, by what it refers to. Paths begin with a dot, or are empty.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Reference<S> {
    /// `$input.path`, `{{input.path}}`
    Input { path: S, is_open: bool },
    /// `$state.key`, `{{state.key}}`: the first segment of the path is the key.
    State { path: S, is_open: bool },
    /// `$search.output`, `{{step:search:output}}`: of a step that has to be there.
    Step { name: S, path: S, is_open: bool },
    /// `{{search.output}}`: of a step, or a variable with such a field.
    StepOrVariable { name: S, path: S, variable: S },
    /// `{{branch:B:STEP:output}}`
    Branch { branch: S, name: S, path: S },
    /// `{{previous.output}}`, `$previous_outputs`
    Previous { path: S, is_open: bool },
    /// `$iteration`: its number, from 1.
    Iteration,
    /// `{{loop:index}}`
    Loop { field: S, path: S },
    /// `{{topic}}`, `{{topic.title}}`: what stands between the braces.
    Variable { path: S },
}

pub enum Piece<'a> {
    Text(&'a str),
    Reference {
        reference: Reference<&'a str>,
        /// As it stands in the text.
        written: &'a str,
    },
}

/// What stands between braces is no longer: so that a text full of opening braces is searched once.
const LONGEST: usize = 512;
const OUTPUTS: [&str; 3] = [".output", ".outputs", ".result"];

/// The pieces of a text: what lies between references, and these. Where `$a-b` could be two names, `has_step` decides.
pub fn pieces<'a>(text: &'a str, has_step: &'a dyn Fn(&str) -> bool) -> impl Iterator<Item = Piece<'a>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, behind) = next(rest, has_step)?;
        rest = behind;
        Some(piece)
    })
}

fn next<'a>(text: &'a str, has_step: &dyn Fn(&str) -> bool) -> Option<(Piece<'a>, &'a str)> {
    if text.is_empty() {
        return None;
    }
    if let Some(behind) = text.strip_prefix("$$") {
        // One of the two signs is left out.
        return Some((Piece::Text(text.get(..1)?), behind));
    }
    let found = match text.strip_prefix('$') {
        Some(behind) => dollar(behind, has_step).map(|(reference, length)| (reference, 1 + length)),
        None => text.strip_prefix("{{").and_then(braces).map(|(reference, length)| (reference, 2 + length)),
    };
    if let Some((reference, length)) = found {
        let (written, behind) = text.split_at_checked(length)?;
        return Some((Piece::Reference { reference, written }, behind));
    }
    // As it is, up to the next place where a reference may begin.
    let begin = text.chars().next().map_or(1, char::len_utf8);
    let length = text.get(begin..)?.find(['$', '{']).map_or(text.len(), |at| begin + at);
    let (text, behind) = text.split_at_checked(length)?;
    Some((Piece::Text(text), behind))
}

/// What stands behind a `$`, and how long it is.
fn dollar<'a>(behind: &'a str, has_step: &dyn Fn(&str) -> bool) -> Option<(Reference<&'a str>, usize)> {
    let word = word(behind)?;
    let short = word.split('-').next().unwrap_or(word);
    let names = [word, short];
    let mut candidates = names.iter().take(if short == word { 1 } else { 2 });
    let known = candidates.find_map(|name| {
        let path = path(behind.get(name.len()..)?);
        let end = name.len() + path.len();
        Some(match *name {
            "input" => (Reference::Input { path, is_open: true }, end),
            "previous_outputs" => (Reference::Previous { path, is_open: true }, end),
            "iteration" => (Reference::Iteration, name.len()),
            "state" if !path.is_empty() => (Reference::State { path, is_open: true }, end),
            name if has_step(name) => (Reference::Step { name, path: output(path)?, is_open: true }, end),
            _ => return None,
        })
    });
    known.or_else(|| {
        // A step that is not there.
        let path = path(behind.get(word.len()..)?);
        Some((Reference::Step { name: word, path: output(path)?, is_open: true }, word.len() + path.len()))
    })
}

/// A name: letters, digits and `_`, and `-` between them; no digit first.
fn word(text: &str) -> Option<&str> {
    text.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_').then(|| segment(text))
}

fn segment(text: &str) -> &str {
    let end = text.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_' && sign != '-').unwrap_or(text.len());
    text.get(..end).unwrap_or_default().trim_end_matches('-')
}

/// Segments behind dots; a dot that nothing follows ends a sentence.
fn path(text: &str) -> &str {
    let mut end = 0;
    while let Some(behind) = text.get(end..).and_then(|rest| rest.strip_prefix('.')) {
        let segment = segment(behind);
        if segment.is_empty() || segment.starts_with('-') {
            break;
        }
        end += 1 + segment.len();
    }
    text.get(..end).unwrap_or_default()
}

/// What is behind ".output", ".outputs" or ".result".
fn output(path: &str) -> Option<&str> {
    OUTPUTS.iter().find_map(|word| path.strip_prefix(word).filter(|rest| rest.is_empty() || rest.starts_with('.')))
}

/// What stands behind `{{`, and how long it is with its `}}`.
fn braces(behind: &str) -> Option<(Reference<&str>, usize)> {
    let window = behind.get(..floor(behind, LONGEST))?;
    let end =
        window.find(['{', '}', '\n']).filter(|end| window.get(*end..).is_some_and(|rest| rest.starts_with("}}")))?;
    Some((bare(window.get(..end)?.trim())?, end + 2))
}

fn floor(text: &str, most: usize) -> usize {
    (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// What stands between braces.
pub fn bare(text: &str) -> Option<Reference<&str>> {
    if let Some((kind, rest)) = text.split_once(':') {
        return colons(kind, rest);
    }
    let (first, path) = text.find('.').map_or((text, ""), |at| text.split_at(at));
    let plain = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '-' | '.');
    if first.is_empty() || path.ends_with('.') || path.contains("..") || !text.chars().all(plain) {
        return None;
    }
    let is_open = false;
    Some(match first {
        "input" => Reference::Input { path, is_open },
        "previous" => Reference::Previous { path: output(path)?, is_open },
        "previous_outputs" => Reference::Previous { path, is_open },
        "iteration" if path.is_empty() => Reference::Iteration,
        "state" if !path.is_empty() => Reference::State { path, is_open },
        "step" if dotted(path).is_some() => {
            let (name, path) = dotted(path)?;
            Reference::Step { name, path, is_open }
        }
        _ => match output(path) {
            Some(path) => Reference::StepOrVariable { name: first, path, variable: text },
            None => Reference::Variable { path: text },
        },
    })
}

/// ".NAME.result.path"
fn dotted(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix('.')?;
    let (name, path) = rest.split_at(rest.find('.')?);
    Some((name, output(path)?))
}

/// `step:NAME:output.path`, `branch:B:STEP:output`, `loop:index`
fn colons<'a>(kind: &str, rest: &'a str) -> Option<Reference<&'a str>> {
    match kind.trim_end() {
        "step" => {
            let (name, last) = rest.rsplit_once(':')?;
            Some(Reference::Step { name: name.trim(), path: field(last)?, is_open: false })
        }
        "branch" => {
            let (names, last) = rest.rsplit_once(':')?;
            let (branch, name) = names.split_once(':')?;
            Some(Reference::Branch { branch: branch.trim(), name: name.trim(), path: field(last)? })
        }
        "loop" => {
            let (field, path) = rest.find('.').map_or((rest, ""), |at| rest.split_at(at));
            Some(Reference::Loop { field: field.trim(), path })
        }
        _ => None,
    }
}

/// The path behind `output`, `outputs` or `result`.
fn field(last: &str) -> Option<&str> {
    OUTPUTS.iter().find_map(|word| {
        let rest = last.trim().strip_prefix(word.trim_start_matches('.'))?;
        (rest.is_empty() || rest.starts_with('.')).then_some(rest)
    })
}

impl<S> Reference<S> {
    /// The same, of texts that are given in another way.
    pub fn map<T>(self, f: impl Fn(S) -> T) -> Reference<T> {
        match self {
            Reference::Input { path, is_open } => Reference::Input { path: f(path), is_open },
            Reference::State { path, is_open } => Reference::State { path: f(path), is_open },
            Reference::Step { name, path, is_open } => Reference::Step { name: f(name), path: f(path), is_open },
            Reference::StepOrVariable { name, path, variable } => {
                Reference::StepOrVariable { name: f(name), path: f(path), variable: f(variable) }
            }
            Reference::Branch { branch, name, path } => {
                Reference::Branch { branch: f(branch), name: f(name), path: f(path) }
            }
            Reference::Previous { path, is_open } => Reference::Previous { path: f(path), is_open },
            Reference::Iteration => Reference::Iteration,
            Reference::Loop { field, path } => Reference::Loop { field: f(field), path: f(path) },
            Reference::Variable { path } => Reference::Variable { path: f(path) },
        }
    }

    /// Whether text may follow it that looks like a part of its path.
    pub fn is_open(&self) -> bool {
        match self {
            Reference::Input { is_open, .. }
            | Reference::State { is_open, .. }
            | Reference::Step { is_open, .. }
            | Reference::Previous { is_open, .. } => *is_open,
            _ => false,
        }
    }
}

impl<'a> Reference<&'a str> {
    /// The step that has to be there.
    pub fn step(&self) -> Option<Unknown<'a>> {
        match self {
            Reference::Step { name, .. } => Some(Unknown::Step(name)),
            Reference::Branch { branch, name, .. } => Some(Unknown::Branch(branch, name)),
            _ => None,
        }
    }
}
