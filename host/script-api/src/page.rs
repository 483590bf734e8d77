//! The reference's pages: one for each file of the table.

use std::fmt::Write as _;

use crate::kind::Signature;
use crate::table::{Item, Language, Member, MemberValue, Sort, Table, camel};
use crate::{lua, typescript};

/// What each page is called, and its text, in order.
pub fn pages(table: &Table) -> Vec<(String, String)> {
    let mut subjects: Vec<&str> = Vec::new();
    for item in &table.items {
        if !subjects.contains(&item.subject) {
            subjects.push(item.subject);
        }
    }
    subjects.into_iter().map(|subject| (subject.to_owned(), page(table, subject))).collect()
}

fn page(table: &Table, subject: &str) -> String {
    let items: Vec<&Item> = table.items.iter().filter(|item| item.subject == subject).collect();
    let globals: Vec<String> = items.iter().filter_map(|item| item.global()).map(|name| format!("`{name}`")).collect();
    let title = if globals.is_empty() { "Globals".to_owned() } else { globals.join(", ") };
    let mut made = format!(
        "# {title}\n\n<!-- Made of guests/common/api/{subject}.toml: `BLESS=1 cargo test --test script_api` -->\n"
    );
    if let Some(item) = items.first() {
        let _ = writeln!(made, "\nA guide: [{}](../{}).", item.page, item.page);
    }
    if subject == "global" {
        made += "\n## Globals of other kinds\n";
        table.globals.iter().for_each(|member| made += &line(&member.name, member));
    }
    let rank = |item: &&Item| match item.sort {
        Sort::Namespace(_) => 0,
        Sort::Class => 1,
        Sort::Record { .. } => 2,
    };
    let mut items = items;
    items.sort_by_key(rank);
    items.into_iter().for_each(|item| made += &section(item));
    made
}

fn section(item: &Item) -> String {
    let only = match item.language {
        Some(Language::Lua) => " Only in Lua.",
        Some(Language::JavaScript) => " Only in JavaScript.",
        None => "",
    };
    let mut made = format!("\n## {}\n{}{only}\n", item.global().unwrap_or(&item.name), item.about);
    if let Sort::Record { .. } = item.sort {
        made += "\n| field | type | |\n|---|---|---|\n";
        for member in &item.members {
            if let MemberValue::Field(kind) = &member.value {
                let mark = if kind.is_optional() { "?" } else { "" };
                let kind = typescript::shown(kind.required()).replace('|', "\\|");
                let _ = writeln!(made, "| `{}{mark}` | `{kind}` | {} |", member.name, member.about);
            }
        }
        return made;
    }
    for member in
        item.members.iter().filter(|member| !matches!(member.value, MemberValue::Same(_) | MemberValue::Standard))
    {
        let name = match (item.global(), &member.value) {
            (Some(global), _) => format!("{global}.{}", member.name),
            (None, MemberValue::Method(_)) => format!("{}:{}", item.name, member.name),
            (None, _) => format!("{}.{}", item.name, member.name),
        };
        made += &line(&name, member);
    }
    let same: Vec<String> = item
        .members
        .iter()
        .filter_map(|member| match &member.value {
            MemberValue::Same(other) => Some(format!("`{}` is `{other}`", member.name)),
            _ => None,
        })
        .collect();
    if !same.is_empty() {
        let _ = writeln!(made, "\nOther names: {}.", same.join(", "));
    }
    made
}

fn line(name: &str, member: &Member) -> String {
    let only = match member.language {
        Some(Language::Lua) => " Only so in Lua.",
        Some(Language::JavaScript) => " Only so in JavaScript.",
        None => "",
    };
    let fails = if member.fails.is_empty() { String::new() } else { format!(" Fails with {}.", codes(&member.fails)) };
    let mut made = format!("\n**`{name}`** {}{only}{fails}\n", member.about);
    if let MemberValue::Field(kind) = &member.value {
        let _ = writeln!(made, "\n- `{}`", typescript::shown(kind));
    }
    for form in member.forms() {
        let _ = writeln!(made, "\n- `{}`", form_shown(form));
    }
    made.replace("\n\n- ", "\n- ").replacen("\n- ", "\n\n- ", 1)
}

fn codes(all: &[String]) -> String {
    all.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ")
}

fn form_shown(form: &Signature) -> String {
    if form.results.len() > 1 { lua::function_type(form, None) } else { typescript::signature(form) }
}

/// "run" and "run_stream, runStream".
pub fn spellings(member: &Member) -> String {
    let usual = camel(&member.name);
    if member.is_spelled && usual != member.name { format!("{}, {usual}", member.name) } else { member.name.clone() }
}
