//! Where a path that a spell gave leads, as far as its text tells.

use std::sync::Arc;

use llmspell_base::{Code, Failure};
use llmspell_policy::{Permission, Right};

use crate::error::shown;
use crate::files::Files;
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

impl Files {
    /// Looks at the text of a path alone: nothing is touched before the gate has decided.
    ///
    /// An absolute path is what it says. A relative one is below the run's working folder, where a grant is for it there, and else below
    /// the first granted folder.
    pub fn locate(&self, right: Right, path: &str) -> Location {
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
        let roots = || self.roots().iter().filter(move |root| root.right == right);
        let absolute = match self.work_folder() {
            _ if path.starts_with('/') => Some(format!("/{}", all.join("/"))),
            Some(folder) => Some(if all.is_empty() {
                folder.into()
            } else {
                format!("{}/{}", folder.trim_end_matches('/'), all.join("/"))
            }),
            None => None,
        };
        if let Some(absolute) = absolute {
            if let Some((root, below)) =
                roots().filter(|root| root.fits(&absolute)).find_map(|root| Some((root, root.below(&absolute)?)))
            {
                (found.root, found.parts, found.name) = (Some(root.clone()), below, absolute);
                return found;
            }
            found.name = absolute;
        }
        if !path.starts_with('/')
            && let Some(root) = roots().find(|root| root.fits(&root.path(&all)))
        {
            (found.name, found.root, found.parts) = (root.path(&all), Some(root.clone()), all);
        }
        found
    }
}

impl Location {
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
