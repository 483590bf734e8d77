//! What a name at a prompt can be completed to.

use std::collections::BTreeSet;

use crate::table::{Item, Language, Member, MemberValue, Table, camel};

/// Where the word begins that `before` ends with, and what it can become: globals, members of what stands before its last dot
/// or colon, and `names`, which the prompt knows beside the table. Sorted, each once.
pub fn completions(table: &Table, language: Language, before: &str, names: &BTreeSet<String>) -> (usize, Vec<String>) {
    let in_path = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '$' | '.' | ':');
    let start =
        before.char_indices().rev().take_while(|(_, sign)| in_path(*sign)).last().map_or(before.len(), |at| at.0);
    let path = before.get(start..).unwrap_or_default();
    let found: BTreeSet<String> = match path.rsplit_once(['.', ':']) {
        None => globals(table, language).chain(names.iter().cloned()).filter(|name| name.starts_with(path)).collect(),
        Some((owner, prefix)) => {
            let members = owners(table, owner).into_iter().flat_map(|item| members(item, language));
            return finish(before.len() - prefix.len(), members.filter(|name| name.starts_with(prefix)).collect());
        }
    };
    finish(start, found)
}

fn finish(start: usize, found: BTreeSet<String>) -> (usize, Vec<String>) {
    (start, found.into_iter().collect())
}

fn globals(table: &Table, language: Language) -> impl Iterator<Item = String> {
    let namespaces = table.namespaces().filter(move |(_, item)| item.is_in(language)).map(|(name, _)| name);
    // Those within others are their members: "zigllms.agent".
    let namespaces = namespaces.map(|name| name.split('.').next().unwrap_or(name).to_owned());
    namespaces.chain(table.globals.iter().filter(move |member| member.is_in(language)).map(|one| one.name.clone()))
}

/// A namespace, or what has the methods of a variable of this name: `agent` is taken for an agent.
fn owners<'a>(table: &'a Table, owner: &str) -> Vec<&'a Item> {
    if let Some(item) = table.namespace(owner) {
        return vec![item];
    }
    let mut signs = owner.chars();
    let class = signs.next().map(|first| first.to_uppercase().chain(signs).collect::<String>());
    class.and_then(|class| table.item(&class)).filter(|item| item.global().is_none()).into_iter().collect()
}

fn members(item: &Item, language: Language) -> impl Iterator<Item = String> {
    item.members_in(language)
        .filter(|member| !matches!(member.value, MemberValue::Same(_)))
        .map(move |member| spelled(member, language))
}

/// As the language has it.
fn spelled(member: &Member, language: Language) -> String {
    if language == Language::JavaScript && member.is_spelled { camel(&member.name) } else { member.name.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(language: Language, before: &str) -> (usize, Vec<String>) {
        let names = BTreeSet::from(["stateful".to_owned(), "poet".to_owned()]);
        completions(&Table::load().unwrap(), language, before, &names)
    }

    #[test]
    fn globals_and_names_of_the_prompt_are_completed() {
        let (start, found) = complete(Language::Lua, "print(stat");
        assert_eq!((start, found), (6, vec!["stateful".to_owned()]));
        let (_, found) = complete(Language::Lua, "Ag");
        assert_eq!(found, ["Agent"]);
        assert!(complete(Language::JavaScript, "po").1.contains(&"poet".to_owned()));
        assert!(complete(Language::Lua, "xyz").1.is_empty());
    }

    #[test]
    fn members_are_spelled_as_the_language_has_them() {
        let (start, found) = complete(Language::Lua, "x = Agent.cre");
        assert!(start == 10 && found.contains(&"create".to_owned()), "{found:?}");
        let of = |language, before| complete(language, before).1;
        assert!(of(Language::Lua, "Agent.list_i").contains(&"list_instances".to_owned()));
        assert!(of(Language::JavaScript, "Agent.listI").contains(&"listInstances".to_owned()));
        assert!(of(Language::Lua, "agent:ru").contains(&"run".to_owned()));
        assert!(of(Language::Lua, "nothing.").is_empty());
    }
}
