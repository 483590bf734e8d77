//! Types as text, by their structure: two that say the same are the same to the engine.

use wit_parser::{Function, Handle, Resolve, Type, TypeDef, TypeDefKind, TypeId};

/// A type that takes more text is not one of ours; one that is built of itself many times would take all memory.
const MOST_BYTES: usize = 16 << 10;

/// What is shown of two types that differ.
const SHOWN: usize = 160;

/// Shown before the place where they differ.
const BEFORE: usize = 48;

/// Two functions as text where they differ, cut to the place; `None` where they are the same.
pub fn difference(
    (ours, expected): (&Resolve, &Function),
    (theirs, found): (&Resolve, &Function),
) -> Option<(String, String)> {
    let (expected, found) = (show(ours, expected), show(theirs, found));
    if expected == found {
        return None;
    }
    let same = expected.chars().zip(found.chars()).take_while(|(one, other)| one == other).count();
    let from = if expected.len().max(found.len()) <= SHOWN { 0 } else { same.saturating_sub(BEFORE) };
    let cut = |text: &str| {
        let mut part: String = text.chars().skip(from).take(SHOWN).collect();
        if from > 0 {
            part.insert(0, '…');
        }
        if text.chars().nth(from + SHOWN).is_some() {
            part.push('…');
        }
        part
    };
    Some((cut(&expected), cut(&found)))
}

/// A function's type. The names of parameters are no part of it for the engine.
fn show(resolve: &Resolve, function: &Function) -> String {
    let mut text = Text { resolve, text: String::from("func(") };
    text.list(&function.params, |text, param| {
        text.add(&param.name);
        text.add(": ");
        text.show(&param.ty);
    });
    text.add(")");
    if let Some(result) = &function.result {
        text.add(" -> ");
        text.show(result);
    }
    text.text
}

struct Text<'a> {
    resolve: &'a Resolve,
    text: String,
}

impl Text<'_> {
    fn add(&mut self, part: &str) {
        if self.text.len() + part.len() <= MOST_BYTES {
            self.text.push_str(part);
        }
    }

    fn is_full(&self) -> bool {
        self.text.len() + 64 > MOST_BYTES
    }

    fn list<T>(&mut self, all: &[T], each: impl Fn(&mut Self, &T)) {
        for (at, one) in all.iter().enumerate() {
            if self.is_full() {
                return;
            }
            if at > 0 {
                self.add(", ");
            }
            each(self, one);
        }
    }

    fn show(&mut self, ty: &Type) {
        let word = match ty {
            Type::Bool => "bool",
            Type::U8 => "u8",
            Type::U16 => "u16",
            Type::U32 => "u32",
            Type::U64 => "u64",
            Type::S8 => "s8",
            Type::S16 => "s16",
            Type::S32 => "s32",
            Type::S64 => "s64",
            Type::F32 => "f32",
            Type::F64 => "f64",
            Type::Char => "char",
            Type::String => "string",
            Type::ErrorContext => "error-context",
            Type::Id(id) => return self.defined(*id),
        };
        self.add(word);
    }

    fn defined(&mut self, id: TypeId) {
        if self.is_full() {
            return;
        }
        let Some(TypeDef { kind, .. }) = self.resolve.types.get(id) else { return };
        match kind {
            TypeDefKind::Type(ty) => self.show(ty),
            TypeDefKind::Record(record) => {
                self.add("record { ");
                self.list(&record.fields, |text, field| text.named(&field.name, Some(&field.ty), ": ", ""));
                self.add(" }");
            }
            TypeDefKind::Variant(variant) => {
                self.add("variant { ");
                self.list(&variant.cases, |text, case| text.named(&case.name, case.ty.as_ref(), "(", ")"));
                self.add(" }");
            }
            TypeDefKind::Enum(all) => {
                self.add("enum { ");
                self.list(&all.cases, |text, case| text.add(&case.name));
                self.add(" }");
            }
            TypeDefKind::Flags(all) => {
                self.add("flags { ");
                self.list(&all.flags, |text, flag| text.add(&flag.name));
                self.add(" }");
            }
            TypeDefKind::Tuple(tuple) => {
                self.add("tuple<");
                self.list(&tuple.types, Text::show);
                self.add(">");
            }
            TypeDefKind::Option(ty) => self.of("option", &[Some(*ty)]),
            TypeDefKind::List(ty) => self.of("list", &[Some(*ty)]),
            TypeDefKind::Result(result) => self.of("result", &[result.ok, result.err]),
            TypeDefKind::Map(key, value) => self.of("map", &[Some(*key), Some(*value)]),
            TypeDefKind::Future(ty) => self.of("future", &[*ty]),
            TypeDefKind::Stream(ty) => self.of("stream", &[*ty]),
            TypeDefKind::FixedLengthList(ty, length) => {
                self.of("list", &[Some(*ty)]);
                self.add(&format!(" of {length}"));
            }
            TypeDefKind::Handle(Handle::Own(id)) => self.resource("", *id),
            TypeDefKind::Handle(Handle::Borrow(id)) => self.resource("borrow ", *id),
            TypeDefKind::Resource => self.resource("", id),
            TypeDefKind::Unknown => self.add("unknown"),
        }
    }

    fn named(&mut self, name: &str, ty: Option<&Type>, before: &str, after: &str) {
        self.add(name);
        if let Some(ty) = ty {
            self.add(before);
            self.show(ty);
            self.add(after);
        }
    }

    fn of(&mut self, word: &str, types: &[Option<Type>]) {
        self.add(word);
        self.add("<");
        self.list(types, |text, ty| match ty {
            Some(ty) => text.show(ty),
            None => text.add("_"),
        });
        self.add(">");
    }

    /// By its name, behind other names for it.
    fn resource(&mut self, how: &str, mut id: TypeId) {
        while let Some(TypeDef { kind: TypeDefKind::Type(Type::Id(next)), .. }) = self.resolve.types.get(id) {
            id = *next;
        }
        let name = self.resolve.types.get(id).and_then(|found| found.name.as_deref());
        self.add(how);
        self.add("resource ");
        self.add(name.unwrap_or_default());
    }
}
