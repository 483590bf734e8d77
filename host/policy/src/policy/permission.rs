//! The permissions that a call needs.

use super::Right;

/// What a call has to be granted: one right for some names, the files beside the spell, or nothing.
#[derive(Debug, Clone)]
pub struct Permission<'a> {
    kind: Kind,
    names: Names<'a>,
    /// Other names of what is named, by which it may be denied as well.
    aliases: &'a [String],
    by_default: bool,
    purpose: Purpose,
    /// The method and the path of a request to a host.
    request: Option<(&'a str, &'a str)>,
}

/// What a call does with what it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Whatever can be done with it.
    Use,
    /// It takes something in, and lets nothing out.
    Read,
    /// It only learns of it, or makes ready for calls that need it themselves.
    Look,
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
    pub const NOTHING: Permission<'static> = Permission::new(Kind::Nothing, Names::All(&[]));

    /// Other files of the spell's own folder. Policies have no say about them.
    pub const MODULES: Permission<'static> = Permission::new(Kind::Modules, Names::All(&[]));

    const fn new(kind: Kind, names: Names<'a>) -> Permission<'a> {
        Permission { kind, names, aliases: &[], by_default: false, purpose: Purpose::Use, request: None }
    }

    /// One name.
    pub fn of(right: Right, name: &'a str) -> Permission<'a> {
        Permission::new(Kind::Right(right), Names::One(name))
    }

    /// Each of these names.
    pub fn all(right: Right, names: &'a [String]) -> Permission<'a> {
        Permission::new(Kind::Right(right), Names::All(names))
    }

    /// The same for names that were made for the purpose.
    pub fn each(right: Right, names: Vec<String>) -> Permission<'a> {
        Permission::new(Kind::Right(right), Names::Own(names))
    }

    /// The same for what every spell may have that no policy denies it: nothing needs to allow it.
    pub fn by_default(self) -> Permission<'a> {
        Permission { by_default: true, ..self }
    }

    /// The same for what has other names: who denies one of them, or wants to be asked about it, means this.
    pub fn also_named(self, aliases: &'a [String]) -> Permission<'a> {
        Permission { aliases, ..self }
    }

    /// The same for a call that only learns of what it names, or makes ready for calls that need it themselves: nobody is asked
    /// for an approval, and no mark is raised or looked at.
    pub fn to_look(self) -> Permission<'a> {
        Permission { purpose: Purpose::Look, ..self }
    }

    /// The same for a call that takes something in and lets nothing out.
    pub fn to_read(self) -> Permission<'a> {
        Permission { purpose: Purpose::Read, ..self }
    }

    /// Whether a policy may want somebody to be asked about it.
    pub fn may_need_approval(&self) -> bool {
        self.purpose != Purpose::Look
    }

    /// What the run takes in by it, if anything. What only computes something of its arguments brings nothing new.
    pub fn source(&self) -> Option<&'static str> {
        let brings = self.purpose != Purpose::Look && !self.by_default;
        self.right().filter(|_| brings).and_then(Right::source)
    }

    /// Where something goes by it, if anywhere.
    pub fn sink(&self) -> Option<&'static str> {
        let sends = self.purpose == Purpose::Use && !self.by_default;
        self.right().filter(|_| sends).and_then(Right::sink)
    }

    /// Other names of what is named.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.aliases.iter().map(String::as_str)
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
