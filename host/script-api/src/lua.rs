//! Declarations for lua-language-server.

use std::fmt::Write as _;

use crate::kind::{Field, Kind, Signature};
use crate::table::{Item, Language, Member, MemberValue, Sort, Table, camel};

/// Words of Lua, which are no names behind a dot.
const WORDS: &[&str] = &[
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
    "not", "or", "repeat", "return", "then", "true", "until", "while",
];

/// What only JavaScript has.
const ELSEWHERE: &[&str] = &["AbortSignal"];

/// `llmspell.lua`.
pub fn declarations(table: &Table) -> String {
    let mut made = String::from(
        "---@meta llmspell\n-- The script API of llmspell-wasm. Made by `llmspell-wasm types`: changes are lost.\n\n",
    );
    for (name, kind) in &table.types {
        match kind {
            Kind::Both(all) => {
                let parents = all.iter().map(shown).collect::<Vec<_>>().join(", ");
                let _ = writeln!(made, "---@class {name}: {parents}");
            }
            _ => {
                let _ = writeln!(made, "---@alias {name} {}", shown(kind));
            }
        }
    }
    for item in table.items.iter().filter(|item| item.is_in(Language::Lua)) {
        made += &class(item);
    }
    for member in table.globals.iter().filter(|member| member.is_in(Language::Lua)) {
        let _ = writeln!(made, "\n--- {}", member.about);
        match &member.value {
            MemberValue::Field(kind) => {
                let _ = writeln!(made, "---@type {}\n{} = nil", shown(kind), member.name);
            }
            _ => made += &function(&member.name, "", member.forms(), false),
        }
    }
    made
}

fn class(item: &Item) -> String {
    let mut made = format!("\n--- {}\n---@class {}", item.about, item.name);
    if let Some(kind) = &item.index {
        let _ = write!(made, "\n---@field [string] {}", shown(kind));
    }
    for form in item.called.iter().flatten() {
        let _ = write!(made, "\n---@overload {}", function_type(form, None));
    }
    if let Some(kind) = &item.iterates {
        let _ = write!(made, "\n---@overload fun(): {}?", atom(kind));
    }
    made.push('\n');
    let members: Vec<&Member> = item.members_in(Language::Lua).collect();
    for member in &members {
        let MemberValue::Field(kind) = &member.value else { continue };
        if is_elsewhere(kind) {
            continue;
        }
        let mark = if kind.is_optional() { "?" } else { "" };
        let usual = camel(&member.name);
        let is_argument = matches!(item.sort, Sort::Record { spelled: true });
        let spellings = [Some(member.name.as_str()), (is_argument && usual != member.name).then_some(usual.as_str())];
        for name in spellings.into_iter().flatten() {
            let mark = if is_argument && usual != member.name { "?" } else { mark };
            let _ = writeln!(made, "---@field {}{mark} {} {}", field_name(name), shown(kind.required()), member.about);
        }
    }
    // Fields alone need no table.
    if members.iter().all(|member| matches!(member.value, MemberValue::Field(_) | MemberValue::Standard)) {
        return made + item.global().map(|global| format!("{global} = {{}}\n")).as_deref().unwrap_or_default();
    }
    let owner = item.global().unwrap_or("_class");
    match item.global() {
        Some(global) => {
            let _ = writeln!(made, "{global} = {{}}\n");
        }
        None => made += "do local _class = {}\n\n",
    }
    for member in &members {
        if let MemberValue::Function(forms) | MemberValue::Method(forms) = &member.value {
            let sign = if matches!(member.value, MemberValue::Method(_)) { ":" } else { "." };
            let fails = if member.fails.is_empty() {
                String::new()
            } else {
                format!(" Fails with: {}.", member.fails.join(", "))
            };
            let _ = writeln!(made, "--- {}{fails}", member.about);
            let place = place(owner, &member.name);
            made += &match place.strip_suffix(']') {
                Some(_) => format!("{place} = {}", function("", "", forms, sign == ":")),
                None => function(&format!("{owner}{sign}{}", member.name), &item.name, forms, sign == ":"),
            };
        }
    }
    for member in &members {
        let usual = camel(&member.name);
        if let MemberValue::Same(other) = &member.value {
            let _ = writeln!(made, "{} = {}", place(owner, &member.name), place(owner, other));
        }
        if member.is_spelled && usual != member.name && !matches!(member.value, MemberValue::Field(_)) {
            let _ = writeln!(made, "{} = {}", place(owner, &usual), place(owner, &member.name));
        }
    }
    if item.global().is_none() {
        made += "end\n";
    }
    made
}

fn place(owner: &str, name: &str) -> String {
    if WORDS.contains(&name) { format!("{owner}[\"{name}\"]") } else { format!("{owner}.{name}") }
}

fn field_name(name: &str) -> String {
    if WORDS.contains(&name) { format!("[\"{name}\"]") } else { name.into() }
}

/// The first form as a function, the others as overloads. `owner` is the class of a method's object.
fn function(name: &str, owner: &str, forms: &[Signature], is_method: bool) -> String {
    let Some((first, others)) = forms.split_first() else { return String::new() };
    let mut made = String::new();
    if first.is_generic {
        made += "---@generic T\n";
    }
    let parameters: Vec<&Field> = first.parameters.iter().filter(|field| !is_elsewhere(&field.kind)).collect();
    for field in &parameters {
        let mark = if field.kind.is_optional() { "?" } else { "" };
        let _ = writeln!(made, "---@param {}{mark} {}", parameter(&field.name), shown(field.kind.required()));
    }
    for kind in &first.results {
        if *kind != Kind::name("nothing") {
            let mark = if kind.is_optional() { "?" } else { "" };
            let _ = writeln!(made, "---@return {}{mark}", atom(kind.required()));
        }
    }
    for form in others {
        let _ = writeln!(made, "---@overload {}", function_type(form, is_method.then_some(owner)));
    }
    let names: Vec<String> = parameters.iter().map(|field| parameter(&field.name)).collect();
    let own = if name.is_empty() && is_method { "self, " } else { "" };
    let _ = writeln!(made, "function {name}({own}{}) end\n", names.join(", "));
    made
}

fn parameter(name: &str) -> String {
    if name.starts_with("...") {
        return "...".into();
    }
    if WORDS.contains(&name) { format!("{name}_") } else { name.into() }
}

fn is_elsewhere(kind: &Kind) -> bool {
    let mut found = false;
    kind.names(&mut |name| found |= ELSEWHERE.contains(&name));
    found
}

/// "fun(a: string, b?: integer): string".
pub fn function_type(form: &Signature, owner: Option<&str>) -> String {
    let own = owner.map(|name| format!("self: {name}"));
    let parameters = form.parameters.iter().filter(|field| !is_elsewhere(&field.kind)).map(|field| {
        let mark = if field.kind.is_optional() { "?" } else { "" };
        format!("{}{mark}: {}", parameter(&field.name), atom(field.kind.required()))
    });
    let parameters = own.into_iter().chain(parameters).collect::<Vec<_>>().join(", ");
    let results = form.results.iter().filter(|kind| **kind != Kind::name("nothing"));
    let results = results.map(|kind| format!("{}{}", atom(kind.required()), if kind.is_optional() { "?" } else { "" }));
    let results = results.collect::<Vec<_>>().join(", ");
    if results.is_empty() { format!("fun({parameters})") } else { format!("fun({parameters}): {results}") }
}

/// A type as the server writes it.
pub fn shown(kind: &Kind) -> String {
    match kind {
        Kind::Name(name, _) => match name.as_str() {
            "bytes" => "string".into(),
            "nothing" => "nil".into(),
            other => other.into(),
        },
        Kind::Literal(text) => format!("'{text}'"),
        Kind::List(inner) => format!("{}[]", atom(inner)),
        Kind::Map(inner) => format!("table<string, {}>", shown(inner)),
        Kind::Union(all) => all.iter().map(atom).collect::<Vec<_>>().join("|"),
        // Both at once is a table here: what is a text as well is a class of its own.
        Kind::Both(all) => all.iter().map(atom).collect::<Vec<_>>().join("|"),
        Kind::Optional(inner) => format!("{}?", atom(inner)),
        Kind::Object(fields) => {
            let one = |field: &Field| {
                let mark = if field.kind.is_optional() { "?" } else { "" };
                format!("{}{mark}: {}", field_name(&field.name), shown(field.kind.required()))
            };
            format!("{{ {} }}", fields.iter().map(one).collect::<Vec<_>>().join(", "))
        }
        Kind::Function(all, result) => {
            let form = Signature {
                is_async: false,
                is_generic: false,
                parameters: all.clone(),
                results: vec![(**result).clone()],
            };
            function_type(&form, None)
        }
    }
}

fn atom(kind: &Kind) -> String {
    match kind {
        Kind::Union(_) | Kind::Both(_) | Kind::Optional(_) | Kind::Function(..) => format!("({})", shown(kind)),
        _ => shown(kind),
    }
}
