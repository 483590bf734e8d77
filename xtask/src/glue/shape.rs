//! What a type of the WIT is in C, as far as functions can be written for it.

use anyhow::{Context, Result, bail};
use wit_parser::{Handle, Resolve, Type, TypeDef, TypeDefKind, TypeId, TypeOwner};

/// A value that crosses.
#[derive(Debug, PartialEq)]
pub enum Shape {
    /// `json`: any value, as text.
    Json,
    String,
    /// list<u8>
    Bytes,
    Bool,
    /// Its C type, the least and the most that it may be.
    Whole(&'static str, i64, i64),
    /// f64
    Float,
    /// The names of its cases, in order.
    Enum(Vec<String>),
    /// The call that the spell is answering, which the guest knows: option<u64>, called `parent-call`.
    Within,
    /// A resource that is lent: its name. The C that is written by hand has `borrow_<name>`.
    Borrowed {
        name: String,
        c: String,
    },
    /// Work that is the guest's from now on.
    Operation,
    Option(Box<Shape>),
    List(Box<Shape>),
    Record(Vec<(String, Shape)>),
    /// A variant of `done` and `waiting(operation)`: what is done, and the tag of what waits.
    Answer {
        done: Box<Shape>,
        waiting: String,
    },
}

impl Shape {
    /// Of what a function takes.
    pub fn parameter(resolve: &Resolve, name: &str, ty: &Type) -> Result<Self> {
        let shape = Self::read(resolve, ty)?;
        if name == "parent-call" {
            return Ok(Self::Within);
        }
        let inner = if let Self::Option(inner) = &shape { inner } else { &shape };
        match inner {
            Self::Json | Self::String | Self::Bytes | Self::Bool | Self::Whole(..) | Self::Float | Self::Enum(_) => {
                Ok(shape)
            }
            Self::Borrowed { .. } if inner == &shape => Ok(shape),
            _ => bail!("a type that is only known in what functions give"),
        }
    }

    /// Of what a function gives.
    fn given(resolve: &Resolve, ty: &Type) -> Result<Self> {
        match Self::read(resolve, ty)? {
            Self::Borrowed { .. } => bail!("a resource that is lent to the guest"),
            shape => Ok(shape),
        }
    }

    fn read(resolve: &Resolve, ty: &Type) -> Result<Self> {
        Ok(match ty {
            Type::Bool => Self::Bool,
            Type::U8 => Self::Whole("uint8_t", 0, u8::MAX.into()),
            Type::U16 => Self::Whole("uint16_t", 0, u16::MAX.into()),
            Type::U32 => Self::Whole("uint32_t", 0, u32::MAX.into()),
            Type::U64 => Self::Whole("uint64_t", 0, i64::MAX),
            Type::S8 => Self::Whole("int8_t", i8::MIN.into(), i8::MAX.into()),
            Type::S16 => Self::Whole("int16_t", i16::MIN.into(), i16::MAX.into()),
            Type::S32 => Self::Whole("int32_t", i32::MIN.into(), i32::MAX.into()),
            Type::S64 => Self::Whole("int64_t", i64::MIN, i64::MAX),
            Type::F64 => Self::Float,
            Type::String => Self::String,
            Type::Id(id) => Self::read_defined(resolve, *id)?,
            Type::F32 | Type::Char | Type::ErrorContext => bail!("an unknown type"),
        })
    }

    fn read_defined(resolve: &Resolve, id: TypeId) -> Result<Self> {
        let defined = definition(resolve, id)?;
        if defined.name.as_deref() == Some("json") {
            return Ok(Self::Json);
        }
        Ok(match &defined.kind {
            TypeDefKind::Type(inner) => Self::read(resolve, inner)?,
            TypeDefKind::Option(inner) => Self::Option(Box::new(Self::read(resolve, inner)?)),
            TypeDefKind::List(Type::U8) => Self::Bytes,
            TypeDefKind::List(inner) => Self::List(Box::new(Self::given(resolve, inner)?)),
            TypeDefKind::Enum(cases) => Self::Enum(cases.cases.iter().map(|case| case.name.clone()).collect()),
            TypeDefKind::Record(record) => {
                let fields = record.fields.iter();
                let fields = fields.map(|field| Ok((field.name.replace('-', "_"), Self::given(resolve, &field.ty)?)));
                Self::Record(fields.collect::<Result<_>>()?)
            }
            TypeDefKind::Handle(Handle::Borrow(id)) => {
                let (interface, name) = names(resolve, definition(resolve, *id)?)?;
                Self::Borrowed { c: format!("llmspell_spell_{interface}_borrow_{name}_t"), name }
            }
            TypeDefKind::Handle(Handle::Own(id)) if names(resolve, definition(resolve, *id)?)?.1 == "operation" => {
                Self::Operation
            }
            TypeDefKind::Variant(variant) => {
                let cases: Vec<_> = variant.cases.iter().map(|case| (case.name.as_str(), case.ty)).collect();
                let [("done", Some(done)), ("waiting", Some(waiting))] = cases.as_slice() else {
                    bail!("a variant of other cases than `done` and `waiting`")
                };
                if Self::read(resolve, waiting)? != Self::Operation {
                    bail!("a case `waiting` that is no operation");
                }
                let (interface, name) = names(resolve, defined)?;
                let waiting = format!("llmspell_spell_{interface}_{name}_waiting").to_uppercase();
                Self::Answer { done: Box::new(Self::given(resolve, done)?), waiting }
            }
            other => bail!("a {}", other.as_str()),
        })
    }
}

/// What a function gives.
#[derive(Debug, PartialEq)]
pub struct Returned {
    pub value: Option<Shape>,
    /// Whether it may fail.
    pub fails: bool,
}

impl Returned {
    pub fn read(resolve: &Resolve, result: Option<&Type>) -> Result<Self> {
        if let Some(Type::Id(id)) = result
            && let TypeDefKind::Result(fallible) = &definition(resolve, *id)?.kind
        {
            let error = fallible.err.context("a result without an error")?;
            let Type::Id(error) = error else { bail!("an error that is no `failure`") };
            if definition(resolve, error)?.name.as_deref() != Some("failure") {
                bail!("an error that is no `failure`");
            }
            let value = fallible.ok.as_ref().map(|ok| Shape::given(resolve, ok)).transpose()?;
            if let Some(Shape::Record(fields)) = &value
                && matches!(fields.first(), Some((_, Shape::Option(_))))
            {
                bail!("a record whose first field may be absent: in Lua that could not be told from a failure");
            }
            return Ok(Self { value, fails: true });
        }
        Ok(Self { value: result.map(|result| Shape::given(resolve, result)).transpose()?, fails: false })
    }
}

/// A type's definition, behind what `use` calls it elsewhere.
fn definition(resolve: &Resolve, id: TypeId) -> Result<&TypeDef> {
    let defined = resolve.types.get(id).context("no such type")?;
    match defined.kind {
        TypeDefKind::Type(Type::Id(inner)) => definition(resolve, inner),
        _ => Ok(defined),
    }
}

/// The interface of a type, and its name, as C spells them.
fn names(resolve: &Resolve, defined: &TypeDef) -> Result<(String, String)> {
    let TypeOwner::Interface(id) = defined.owner else { bail!("a type of no interface") };
    let interface = resolve.interfaces.get(id).and_then(|interface| interface.name.as_deref());
    let (Some(interface), Some(name)) = (interface, defined.name.as_deref()) else { bail!("a type without a name") };
    Ok((interface.replace('-', "_"), name.replace('-', "_")))
}
