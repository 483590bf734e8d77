//! The permissions that a call needs.

use super::Right;

/// What a call has to be granted: one right for some names, the files beside the spell, or nothing.
#[derive(Debug, Clone)]
pub struct Permission<'a> {
    kind: Kind,
    names: Names<'a>,
    by_default: bool,
    /// The method and the path of a request to a host.
    request: Option<(&'a str, &'a str)>,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Nothing,
    Modules,
    Right(Right),
}

#[derive(Debug, Clone)]
enum Names<'a> {
    One(&'a str),
    All(&'a [String]),
    Own(Vec<String>),
}

impl<'a> Permission<'a> {
    /// For what every spell may do.
    pub const NOTHING: Permission<'static> =
        Permission { kind: Kind::Nothing, names: Names::All(&[]), by_default: false, request: None };

    /// Other files of the spell's own folder. Policies have no say about them.
    pub const MODULES: Permission<'static> =
        Permission { kind: Kind::Modules, names: Names::All(&[]), by_default: false, request: None };

    /// One name.
    pub fn of(right: Right, name: &'a str) -> Permission<'a> {
        Permission { kind: Kind::Right(right), names: Names::One(name), by_default: false, request: None }
    }

    /// Each of these names.
    pub fn all(right: Right, names: &'a [String]) -> Permission<'a> {
        Permission { kind: Kind::Right(right), names: Names::All(names), by_default: false, request: None }
    }

    /// The same for names that were made for the purpose.
    pub fn each(right: Right, names: Vec<String>) -> Permission<'a> {
        Permission { kind: Kind::Right(right), names: Names::Own(names), by_default: false, request: None }
    }

    /// The same for what every spell may have that no policy denies it: nothing needs to allow it.
    pub fn by_default(self) -> Permission<'a> {
        Permission { by_default: true, ..self }
    }

    /// The same for a request with this method and this path.
    pub fn of_request(self, method: &'a str, path: &'a str) -> Permission<'a> {
        Permission { request: Some((method, path)), ..self }
    }

    /// The method and the path of the request that it is for.
    pub fn request(&self) -> Option<(&str, &str)> {
        self.request
    }

    /// Whether only a denial keeps a spell from it.
    pub fn is_by_default(&self) -> bool {
        self.by_default
    }

    /// Whether nothing has to be granted.
    pub fn is_nothing(&self) -> bool {
        matches!(self.kind, Kind::Nothing)
    }

    /// Whether it is about the files beside the spell.
    pub fn is_modules(&self) -> bool {
        matches!(self.kind, Kind::Modules)
    }

    /// The right; `None` where policies have no say.
    pub fn right(&self) -> Option<Right> {
        match self.kind {
            Kind::Right(right) => Some(right),
            Kind::Nothing | Kind::Modules => None,
        }
    }

    /// The names that have to be granted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let (one, all): (Option<&str>, &[String]) = match &self.names {
            Names::One(name) => (Some(name), &[]),
            Names::All(names) => (None, names),
            Names::Own(names) => (None, names),
        };
        one.into_iter().chain(all.iter().map(String::as_str))
    }

    /// For records: the section of a policy and the names. `None` where policies have no say.
    pub fn record(&self) -> Option<(&'static str, Vec<String>)> {
        let right = self.right()?;
        Some((right.section(), self.names().map(String::from).collect()))
    }
}
