//! What the command line tells of a name.

use std::fmt::Write as _;

use llmspell_base::nearest::near;

use crate::table::{Item, Language, Member, MemberValue, Sort, Table, camel};
use crate::{lua, page, typescript};

/// There is nothing of this name.
#[derive(Debug, thiserror::Error)]
#[error("there is no '{name}' in the script API{hint}")]
pub struct NotFound {
    name: String,
    hint: String,
}

/// Help about "Agent", "Agent.create", "agent:run" or "RunOptions"; without a name, what there is.
pub fn help(table: &Table, name: Option<&str>) -> Result<String, NotFound> {
    let Some(name) = name else { return Ok(overview(table)) };
    let name = name.trim().trim_end_matches("()");
    if let Some(member) = table.globals.iter().find(|member| member.name == name) {
        return Ok(told(name, None, member));
    }
    if let Some(item) = table.namespace(name) {
        let mut shown = whole(item);
        // Of what it makes there is more to say.
        if let Some(class) = table.item(name).filter(|class| class.sort == Sort::Class) {
            shown += &format!("\n{}", whole(class));
        }
        return Ok(shown);
    }
    if let Some(item) = table.item(name).or_else(|| table.item(&capital(name))) {
        return Ok(whole(item));
    }
    let (owner, member) = split(name).unwrap_or((name, ""));
    let owners = owners(table, owner);
    for item in &owners {
        let found =
            item.members.iter().filter(|one| one.name == member || one.is_spelled && camel(&one.name) == member);
        let found: Vec<&Member> = found.collect();
        if !found.is_empty() {
            return Ok(found
                .iter()
                .map(|one| told(name, Some(item), resolved(item, one)))
                .collect::<Vec<_>>()
                .join("\n"));
        }
    }
    Err(NotFound { name: name.escape_debug().collect(), hint: hint(table, owner, member, &owners) })
}

/// "zigllms.agent.create" has two dots.
fn split(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once([':', '.'])
}

fn capital(name: &str) -> String {
    let mut signs = name.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}

/// Items that a name stands for: `agent.run` is about agents, `Agent.run` may be.
fn owners<'a>(table: &'a Table, owner: &str) -> Vec<&'a Item> {
    let class = capital(owner);
    let zigllms = owner.strip_prefix("zigllms.").map(|rest| format!("Zigllms{}", capital(rest)));
    let names = [Some(owner.to_owned()), Some(class), zigllms];
    let mut found: Vec<&Item> = table.namespace(owner).into_iter().collect();
    found.extend(names.into_iter().flatten().filter_map(|name| table.item(&name)));
    found
}

fn resolved<'a>(item: &'a Item, member: &'a Member) -> &'a Member {
    match &member.value {
        MemberValue::Same(other) => item.member(other, member.language).unwrap_or(member),
        _ => member,
    }
}

fn hint(table: &Table, owner: &str, member: &str, owners: &[&Item]) -> String {
    let in_owners = owners.iter().flat_map(|item| item.members.iter()).map(|one| one.name.as_str());
    if let Some(found) = near(member, &in_owners.collect::<Vec<_>>()) {
        return format!("; did you mean '{owner}.{found}'?");
    }
    let namespaces = table.namespaces().map(|(name, _)| name);
    let types = table.items.iter().filter(|item| item.global().is_none()).map(|item| item.name.as_str());
    let globals = table.globals.iter().map(|one| one.name.as_str());
    let all: Vec<&str> = namespaces.chain(types).chain(globals).collect();
    // A member alone: "create_composite".
    let name = if member.is_empty() { owner } else { member };
    let owned = table.items.iter().filter(|item| item.member(name, None).is_some());
    let owned: Vec<String> =
        owned.map(|item| format!("{}.{name}", item.global().unwrap_or(&item.name))).take(4).collect();
    match near(owner, &all) {
        Some(found) if member.is_empty() => format!("; did you mean '{found}'?"),
        Some(found) if found != owner => format!("; did you mean '{found}.{member}'?"),
        _ if !owned.is_empty() => format!("; there is {}", owned.join(", ")),
        _ => "; `llmspell-wasm doc` lists what there is".into(),
    }
}

fn overview(table: &Table) -> String {
    let mut shown = String::from(
        "Globals that spells have; `llmspell-wasm doc NAME` tells more, as of Agent, Agent.create or AgentOptions.\n\n",
    );
    let mut all: Vec<(&str, &str)> = table.namespaces().map(|(name, item)| (name, item.about.as_str())).collect();
    all.extend(table.globals.iter().map(|member| (member.name.as_str(), member.about.as_str())));
    all.sort_by_key(|(name, _)| name.to_lowercase());
    for (name, about) in all {
        let _ = writeln!(shown, "  {name:<10} {about}");
    }
    shown
}

fn whole(item: &Item) -> String {
    let name = item.global().unwrap_or(&item.name);
    let mut shown = format!("{name}: {}\n", item.about);
    let width = item.members.iter().map(|member| page::spellings(member).len()).max().unwrap_or_default().min(32);
    for member in &item.members {
        if matches!(item.sort, Sort::Record { .. }) {
            let MemberValue::Field(kind) = &member.value else { continue };
            let mark = if kind.is_optional() { "?" } else { "" };
            let _ = writeln!(shown, "  {}{mark}: {}", member.name, typescript::shown(kind.required()));
            let _ = writeln!(shown, "      {}", member.about);
        } else {
            let _ = writeln!(shown, "  {:<width$}  {}", page::spellings(member), member.about);
        }
    }
    let _ = writeln!(shown, "  See docs/{}.", item.page);
    shown
}

fn told(name: &str, item: Option<&Item>, member: &Member) -> String {
    let mut shown = format!("{name}: {}\n", member.about);
    let (owner, own) = split(name).map_or(("", member.name.as_str()), |(owner, _)| (owner, member.name.as_str()));
    let is_method = matches!(member.value, MemberValue::Method(_));
    if let MemberValue::Field(kind) = &member.value {
        let _ = writeln!(shown, "  {}", typescript::shown(kind));
    }
    for form in member.forms() {
        if member.is_in(Language::Lua) {
            let sign = if owner.is_empty() {
                ""
            } else if is_method {
                ":"
            } else {
                "."
            };
            let kind = lua::function_type(form, None);
            let _ = writeln!(shown, "  Lua         {owner}{sign}{own}{}", kind.trim_start_matches("fun"));
        }
        if member.is_in(Language::JavaScript) && form.results.len() < 2 {
            let sign = if owner.is_empty() { "" } else { "." };
            let own = if member.is_spelled { camel(own) } else { own.into() };
            let _ = writeln!(shown, "  JavaScript  {owner}{sign}{own}{}", typescript::signature(form));
        }
    }
    if !member.fails.is_empty() {
        let _ = writeln!(shown, "  Fails with: {}.", member.fails.join(", "));
    }
    if let Some(item) = item {
        let same =
            item.members.iter().filter(|one| matches!(&one.value, MemberValue::Same(other) if *other == member.name));
        let same: Vec<&str> = same.map(|one| one.name.as_str()).collect();
        if !same.is_empty() {
            let _ = writeln!(shown, "  Other names: {}.", same.join(", "));
        }
        let _ = writeln!(shown, "  See docs/{}.", item.page);
    }
    shown
}
