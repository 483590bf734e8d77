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
    // The names of parameters are no part of a type for the engine.
    if show(ours, expected, false) == show(theirs, found, false) {
        return None;
    }
    let (expected, found) = (show(ours, expected, true), show(theirs, found, true));
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

/// A function's type.
fn show(resolve: &Resolve, function: &Function, with_names: bool) -> String {
    let mut text = Text { resolve, text: String::from("func(") };
    text.list(&function.params, |text, param| {
        if with_names {
            text.add(&param.name);
            text.add(": ");
        }
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
        let id = self.behind(id);
        let Some(TypeDef { kind, .. }) = self.resolve.types.get(id) else { return };
        match kind {
            // A word: behind other names there is no other name.
            TypeDefKind::Type(Type::Id(_)) => self.add("unknown"),
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

    /// What a name stands for that stands for a name, and so on: a chain as long as the component's author likes.
    fn behind(&self, mut id: TypeId) -> TypeId {
        for _ in 0..self.resolve.types.len() {
            match self.resolve.types.get(id) {
                Some(TypeDef { kind: TypeDefKind::Type(Type::Id(next)), .. }) => id = *next,
                _ => break,
            }
        }
        id
    }

    /// By its name, behind other names for it.
    fn resource(&mut self, how: &str, id: TypeId) {
        let name = self.resolve.types.get(self.behind(id)).and_then(|found| found.name.as_deref());
        self.add(how);
        self.add("resource ");
        self.add(name.unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use wit_parser::SourceMap;

    use super::*;

    /// The function `f` of an interface.
    fn interface(text: &str) -> (Resolve, Function) {
        let mut map = SourceMap::new();
        map.push_str("a.wit", format!("package a:b; interface i {{ {text} }}"));
        let mut resolve = Resolve::default();
        resolve.push_group(map.parse().map_err(|(_, error)| error).unwrap()).unwrap();
        let function = resolve.interfaces.iter().next().unwrap().1.functions["f"].clone();
        (resolve, function)
    }

    #[test]
    fn names_of_parameters_and_chains_of_names_make_no_difference() {
        let same = |one: &(Resolve, Function), two: &(Resolve, Function)| {
            difference((&one.0, &one.1), (&two.0, &two.1)).is_none()
        };
        let plain = interface("f: func(a: u32);");
        assert!(same(&plain, &interface("f: func(other: u32);")));
        assert!(!same(&plain, &interface("f: func(a: u64);")) && !same(&plain, &interface("f: func(a: u32, b: u32);")));
        let chain: String = (1..20_000).map(|n| format!("type t{n} = t{};", n - 1)).collect();
        assert!(same(&plain, &interface(&format!("type t0 = u32; {chain} f: func(a: t19999);"))));
    }
}
