//! Declarations for TypeScript, which editors use for JavaScript as well.

use std::fmt::Write as _;

use crate::kind::{Field, Kind, Signature};
use crate::table::{Item, Language, Member, MemberValue, Sort, Table, camel};

/// What the web has as well, as far as it is there: written by hand.
const WEB: &str = include_str!("../../../guests/common/api/web.d.ts");

/// `llmspell.d.ts`.
pub fn declarations(table: &Table) -> String {
    let mut made =
        String::from("// The script API of llmspell-wasm. Made by `llmspell-wasm types`: changes are lost.\n\n");
    for (name, kind) in &table.types {
        let _ = writeln!(made, "type {name} = {};", shown(kind));
    }
    for item in table.items.iter().filter(|item| item.is_in(Language::JavaScript)) {
        made += &interface(item);
    }
    for (global, item) in table.namespaces().filter(|(_, item)| item.is_in(Language::JavaScript)) {
        // JavaScript's own JSON has the interface's members as well.
        if item.name == "JSONNamespace" {
            continue;
        }
        let more = item.index.as_ref().map(|kind| format!(" & {{ [name: string]: {} }}", shown(kind)));
        let _ = writeln!(
            made,
            "{}declare const {global}: {}{};",
            note(&item.about, ""),
            item.name,
            more.unwrap_or_default()
        );
    }
    for member in table.globals.iter().filter(|member| member.is_in(Language::JavaScript)) {
        made += &note(&member.about, "");
        match &member.value {
            MemberValue::Field(kind) => {
                let _ = writeln!(made, "declare const {}: {};", member.name, shown(kind));
            }
            _ => member.forms().iter().for_each(|form| {
                let _ = writeln!(made, "declare function {}{};", member.name, signature(form));
            }),
        }
    }
    made + "\n" + WEB
}

fn interface(item: &Item) -> String {
    let name = if item.name == "JSONNamespace" { "JSON" } else { &item.name };
    let argument = if item.is_generic { "<T = any>" } else { "" };
    let mut parents = Vec::new();
    parents.extend(item.is_generic.then(|| "Promise<T>".to_owned()));
    parents.extend(item.iterates.as_ref().map(|kind| format!("AsyncIterableIterator<{}>", shown(kind))));
    let parents = if parents.is_empty() { String::new() } else { format!(" extends {}", parents.join(", ")) };
    let mut made = format!("\n{}interface {name}{argument}{parents} {{\n", note(&item.about, ""));
    if let Some(forms) = &item.called {
        forms.iter().for_each(|form| {
            let _ = writeln!(made, "  {};", signature(form));
        });
    }
    for member in item.members_in(Language::JavaScript) {
        // A task's own names of promises are those of the language.
        if !(item.is_generic && member.name == "then") {
            made += &declared(name, item, member);
        }
    }
    if let (Some(kind), false) = (&item.index, matches!(item.sort, Sort::Namespace(_))) {
        let _ = writeln!(made, "  [name: string]: {};", shown(kind));
    }
    made + "}\n"
}

/// A member under each of its spellings, of which the usual one comes first.
fn declared(owner: &str, item: &Item, member: &Member) -> String {
    let usual = camel(&member.name);
    let usual = if member.is_spelled { usual.as_str() } else { &member.name };
    let mut made = note(&member.about, "  ");
    match &member.value {
        MemberValue::Standard => return String::new(),
        MemberValue::Field(kind) => {
            let mark = if kind.is_optional() { "?" } else { "" };
            // A field that has to be given can be given in either spelling.
            let mark = if usual != member.name && matches!(item.sort, Sort::Record { .. }) { "?" } else { mark };
            let _ = writeln!(made, "  {}{mark}: {};", key(usual), shown(kind.required()));
            if usual != member.name {
                let _ = writeln!(made, "  {}{mark}: {};", key(&member.name), shown(kind.required()));
            }
            return made;
        }
        MemberValue::Same(other) => {
            let _ = writeln!(made, "  {}: {owner}[\"{}\"];", key(usual), first_spelling(item, other));
        }
        MemberValue::Function(forms) | MemberValue::Method(forms) => forms.iter().for_each(|form| {
            let _ = writeln!(made, "  {}{};", key(usual), signature(form));
        }),
    }
    if usual != member.name {
        let argument = if item.is_generic { "<T>" } else { "" };
        let _ =
            writeln!(made, "  /** The same as {usual}. */\n  {}: {owner}{argument}[\"{usual}\"];", key(&member.name));
    }
    made
}

fn first_spelling(item: &Item, name: &str) -> String {
    match item.member(name, Some(Language::JavaScript)) {
        Some(member) if member.is_spelled => camel(name),
        _ => name.into(),
    }
}

/// `new(…)` without quotes is what makes an object.
fn key(name: &str) -> String {
    if name == "new" { "\"new\"".into() } else { name.into() }
}

fn note(about: &str, indent: &str) -> String {
    if about.is_empty() { String::new() } else { format!("{indent}/** {} */\n", about.replace("*/", "* /")) }
}

/// "(parameters): result".
pub fn signature(form: &Signature) -> String {
    let generic = if form.is_generic { "<T = any>" } else { "" };
    let result = form.results.first().map_or("void".into(), shown);
    let result = if form.is_async { format!("Promise<{result}>") } else { result };
    format!("{generic}({}): {result}", parameters(&form.parameters))
}

fn parameters(all: &[Field]) -> String {
    let one = |(place, field): (usize, &Field)| {
        let (name, kind) = (&field.name, &field.kind);
        if name.starts_with("...") {
            return format!("{name}: {}[]", atom(kind));
        }
        let last_needed = all.iter().rposition(|other| !other.kind.is_optional() && !other.name.starts_with("..."));
        match kind {
            Kind::Optional(inner) if last_needed.is_some_and(|last| last > place) => {
                format!("{name}: {} | undefined | null", shown(inner))
            }
            Kind::Optional(inner) => format!("{name}?: {}", shown(inner)),
            _ => format!("{name}: {}", shown(kind)),
        }
    };
    all.iter().enumerate().map(one).collect::<Vec<_>>().join(", ")
}

/// A type as TypeScript writes it.
pub fn shown(kind: &Kind) -> String {
    match kind {
        Kind::Name(name, arguments) => {
            let name = match name.as_str() {
                "integer" => "number",
                "bytes" => "Uint8Array",
                "nothing" => "void",
                other => other,
            };
            let arguments: Vec<String> = arguments.iter().map(shown).collect();
            if arguments.is_empty() { name.into() } else { format!("{name}<{}>", arguments.join(", ")) }
        }
        Kind::Literal(text) => format!("'{text}'"),
        Kind::List(inner) => format!("{}[]", atom(inner)),
        Kind::Map(inner) => format!("{{ [name: string]: {} }}", shown(inner)),
        Kind::Union(all) if all.iter().any(|one| *one == Kind::name("any")) => "any".into(),
        // A text that may be any other: the known ones are still offered.
        Kind::Union(all) if is_open(all) => {
            let all =
                all.iter().map(|one| if *one == Kind::name("string") { "(string & {})".into() } else { atom(one) });
            all.collect::<Vec<_>>().join(" | ")
        }
        Kind::Union(all) => all.iter().map(atom).collect::<Vec<_>>().join(" | "),
        Kind::Both(all) => all.iter().map(atom).collect::<Vec<_>>().join(" & "),
        Kind::Optional(inner) => format!("{} | undefined", atom(inner)),
        Kind::Object(fields) => {
            let one = |field: &Field| {
                let mark = if field.kind.is_optional() { "?" } else { "" };
                format!("{}{mark}: {}", field.name, shown(field.kind.required()))
            };
            format!("{{ {} }}", fields.iter().map(one).collect::<Vec<_>>().join("; "))
        }
        Kind::Function(all, result) => {
            let result = match &**result {
                Kind::Name(name, _) if name == "any" => "any".into(),
                Kind::Name(name, _) if name == "T" => "T | Promise<T>".into(),
                other => format!("{} | Promise<{}>", atom(other), shown(other)),
            };
            format!("({}) => {result}", parameters(all))
        }
    }
}

fn is_open(all: &[Kind]) -> bool {
    all.contains(&Kind::name("string")) && all.iter().any(|one| matches!(one, Kind::Literal(_)))
}

/// The same where it stands beside an operator.
fn atom(kind: &Kind) -> String {
    match kind {
        Kind::Union(_) | Kind::Both(_) | Kind::Optional(_) | Kind::Function(..) => format!("({})", shown(kind)),
        _ => shown(kind),
    }
}
