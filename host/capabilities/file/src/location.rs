//! Where a path that a spell gave leads, as far as its text tells.

use std::sync::Arc;

use llmspell_base::{Code, Failure};
use llmspell_policy::{Permission, Right};
use serde_json::Value;

use crate::error::shown;
use crate::roots::{Root, parts};

/// A path that a spell gave, and the granted folder that it is below.
#[derive(Clone)]
pub struct Location {
    pub(crate) right: Right,
    pub(crate) given: String,
    /// What is decided about: absolute where a grant is for it.
    pub(crate) name: String,
    pub(crate) root: Option<Arc<Root>>,
    /// Below the root's folder.
    pub(crate) parts: Vec<String>,
    /// What is wrong with the path, whatever is granted.
    pub(crate) problem: Option<Failure>,
}

/// As systems have it.
const MOST_BYTES: usize = 4 << 10;

impl Location {
    /// Looks at the text of a path alone, among what is granted.
    pub(crate) fn find(roots: &[Arc<Root>], work_folder: Option<&str>, right: Right, path: &str) -> Location {
        let all = parts(path);
        let mut found = Location {
            right,
            given: path.into(),
            name: path.into(),
            root: None,
            parts: Vec::new(),
            problem: problem(path, &all),
        };
        if found.problem.is_some() {
            return found;
        }
        let mut roots = roots.iter().filter(|root| root.right == right);
        let absolute = match work_folder {
            _ if path.starts_with('/') => Some(format!("/{}", all.join("/"))),
            Some(folder) if all.is_empty() => Some(folder.into()),
            Some(folder) => Some(format!("{}/{}", folder.trim_end_matches('/'), all.join("/"))),
            None => None,
        };
        let there = match absolute {
            Some(path) => roots.filter(|root| root.fits(&path)).find_map(|root| Some((root, root.below(&path)?))),
            None => roots.find(|root| root.fits(&root.path(&all))).map(|root| (root, all)),
        };
        // Where nothing is granted, its name is what the spell wrote: where the host works is no business of a spell's.
        if let Some((root, below)) = there {
            (found.name, found.root, found.parts) = (root.path(&below), Some(root.clone()), below);
        }
        found
    }

    /// What has to be granted for it.
    pub fn permission(&self) -> Permission<'_> {
        match self.problem {
            // Refused whatever is granted.
            Some(_) => Permission::NOTHING,
            None => Permission::of(self.right, &self.name),
        }
    }

    /// What has to be granted for both, which are for the same right.
    pub fn and<'a>(&'a self, other: &'a Location) -> Permission<'a> {
        match (&self.problem, &other.problem) {
            (None, None) => Permission::each(self.right, vec![self.name.clone(), other.name.clone()]),
            _ => Permission::NOTHING,
        }
    }

    /// What the spell is told: not where on the host the granted folder lies.
    pub fn told(&self, failure: Failure) -> Failure {
        let Some(folder) = self.root.as_ref().map(|root| root.folder.as_str()).filter(|folder| !folder.is_empty())
        else {
            return failure;
        };
        // A path that the spell wrote in full is no secret.
        if self.given.starts_with('/') {
            return failure;
        }
        let hidden = |text: &str| text.replace(folder, "…");
        let details = failure.details.map(|details| match details {
            Value::Object(map) => map
                .into_iter()
                .map(|(key, value)| match value {
                    Value::String(text) => (key, hidden(&text).into()),
                    other => (key, other),
                })
                .collect(),
            other => other,
        });
        Failure { message: hidden(&failure.message), details, ..failure }
    }

    /// The path as the spell gave it.
    pub fn given(&self) -> &str {
        &self.given
    }
}

fn problem(path: &str, parts: &[String]) -> Option<Failure> {
    let invalid = |what: &str| Some(Failure::invalid(format!("'{}' is no path: {what}", shown(path))));
    if path.is_empty() {
        return invalid("it is empty");
    }
    if path.len() > MOST_BYTES {
        return invalid("it has more than 4096 bytes");
    }
    if path.contains('\0') {
        return invalid("it has a NUL in it");
    }
    let message = || format!("'{}' has '..' in it: name the file from the granted folder on", shown(path));
    parts.iter().any(|part| part == "..").then(|| Failure::new(Code::Denied, message()))
}
