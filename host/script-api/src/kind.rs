//! Types of values, as the table writes them.

/// A type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `string`, `number`, `integer`, `boolean`, `bytes`, `any`, `nothing`, `never`, `T`, or a type of the table, with arguments.
    Name(String, Vec<Kind>),
    /// One text: `'stop'`.
    Literal(String),
    /// `X[]`.
    List(Box<Kind>),
    /// `map<X>`: any names, each with such a value.
    Map(Box<Kind>),
    /// `A | B`.
    Union(Vec<Kind>),
    /// `A & B`: both at once.
    Both(Vec<Kind>),
    /// `X?`: or nothing.
    Optional(Box<Kind>),
    /// `{a: X, b: Y?}`.
    Object(Vec<Field>),
    /// `fn(a: X): Y`. In JavaScript it may give a promise.
    Function(Vec<Field>, Box<Kind>),
}

/// A field of an object, or a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name; `...name` of a parameter that takes all that follow.
    pub name: String,
    /// Its type; `Optional` if it may be left out.
    pub kind: Kind,
}

/// One way to call a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// In JavaScript it gives a promise; in Lua it waits.
    pub is_async: bool,
    /// Its types mention `T`, which the caller knows.
    pub is_generic: bool,
    /// The parameters in their order.
    pub parameters: Vec<Field>,
    /// The results: several in Lua alone.
    pub results: Vec<Kind>,
}

impl Kind {
    /// A type without arguments.
    pub fn name(name: &str) -> Kind {
        Kind::Name(name.into(), Vec::new())
    }

    /// The type without the "or nothing" around it.
    pub fn required(&self) -> &Kind {
        if let Kind::Optional(inner) = self { inner } else { self }
    }

    /// Whether it may be left out.
    pub fn is_optional(&self) -> bool {
        matches!(self, Kind::Optional(_))
    }

    /// This type, which may be left out.
    pub fn optional(self) -> Kind {
        if self.is_optional() { self } else { Kind::Optional(Box::new(self)) }
    }

    /// Calls `visit` with each name in it.
    pub fn names<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        match self {
            Kind::Name(name, arguments) => {
                visit(name);
                arguments.iter().for_each(|one| one.names(visit));
            }
            Kind::Literal(_) => {}
            Kind::List(inner) | Kind::Map(inner) | Kind::Optional(inner) => inner.names(visit),
            Kind::Union(all) | Kind::Both(all) => all.iter().for_each(|one| one.names(visit)),
            Kind::Object(fields) => fields.iter().for_each(|field| field.kind.names(visit)),
            Kind::Function(parameters, result) => {
                parameters.iter().for_each(|field| field.kind.names(visit));
                result.names(visit);
            }
        }
    }
}
