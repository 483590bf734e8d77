//! Names of ours that a spell uses and that are not there, found without running it.
//!
//! It looks at words, not at syntax trees: where a spell may have a variable of such a name, nothing is said of it.

use std::collections::BTreeSet;

use llmspell_base::nearest::nearest;

use crate::table::{Item, Language, Table, camel};
use crate::words::{Word, words};

/// What is odd, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct Remark {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is odd, and what may be meant.
    pub what: String,
}

/// Longer names are shown in part.
const LONGEST: usize = 60;

/// Members of namespaces that there are not: `Agent.creat`.
pub fn unknown_members(table: &Table, language: Language, text: &str) -> Vec<Remark> {
    let all = words(language, text);
    let mut remarks = Vec::new();
    let mut told = BTreeSet::new();
    for (place, word) in all.iter().enumerate() {
        let Some(item) = table.namespace(word.text).filter(|item| item.is_in(language) && item.index.is_none()) else {
            continue;
        };
        // Any tool is a member of these, by its name.
        if ["Tool", "tools"].contains(&word.text) || is_own(&all, word.text) {
            continue;
        }
        let before = place.checked_sub(1).and_then(|before| all.get(before));
        let [Some(sign), Some(member)] = [all.get(place + 1), all.get(place + 2)] else { continue };
        let is_member =
            is_dot(language, sign.text) && member.is_name && before.is_none_or(|word| !is_dot(language, word.text));
        if !is_member || is_known(item, language, member.text) || is_set(&all, word.text, member.text) {
            continue;
        }
        if told.insert((word.text, member.text)) {
            remarks.push(remark(item, language, word, member));
        }
    }
    remarks
}

fn remark(item: &Item, language: Language, owner: &Word<'_>, member: &Word<'_>) -> Remark {
    let names: Vec<&str> = item.members_in(language).map(|one| one.name.as_str()).collect();
    let snake = heck::ToSnakeCase::to_snake_case(member.text);
    let shown: String = member.text.chars().take(LONGEST).collect();
    let what = format!("{} has no '{shown}'{}", owner.text, nearest(&snake, &names));
    Remark { line: member.line, column: member.column, what }
}

fn is_dot(language: Language, text: &str) -> bool {
    text == "." || text == "?." || language == Language::Lua && text == ":"
}

fn is_known(item: &Item, language: Language, name: &str) -> bool {
    // What any object of JavaScript has.
    let common =
        language == Language::JavaScript && ["toString", "hasOwnProperty", "constructor", "valueOf"].contains(&name);
    common || item.members_in(language).any(|one| one.name == name || one.is_spelled && camel(&one.name) == name)
}

/// Whether the name stands anywhere without a member behind it: then it may be a variable, or be given a new value.
fn is_own(all: &[Word<'_>], name: &str) -> bool {
    all.iter().enumerate().any(|(place, word)| {
        let after_dot = place
            .checked_sub(1)
            .and_then(|before| all.get(before))
            .is_some_and(|word| [".", "?.", ":"].contains(&word.text));
        let before_dot = all.get(place + 1).is_some_and(|word| [".", "?.", ":"].contains(&word.text));
        word.text == name && !after_dot && !before_dot
    })
}

/// Whether the spell adds this member.
fn is_set(all: &[Word<'_>], owner: &str, member: &str) -> bool {
    all.windows(4).any(|four| match four {
        [first, _, third, sign] if first.text == owner && third.text == member => sign.text == "=",
        [word, first, _, third] if first.text == owner && third.text == member => word.text == "function",
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(language: Language, text: &str) -> Vec<String> {
        let table = Table::load().unwrap();
        let remarks = unknown_members(&table, language, text);
        remarks.iter().map(|one| format!("{}:{}: {}", one.line, one.column, one.what)).collect()
    }

    #[test]
    fn unknown_members_are_told_with_their_places() {
        let lua = "local a = Agent.create{}\n  local b = Agent.creat{} -- Agent.nothing\nprint(State.compareAndSet, 'Agent.no', [[State.no]])";
        assert_eq!(told(Language::Lua, lua), ["2:19: Agent has no 'creat'; did you mean 'create'?"]);
        let javascript = "const a = `${1} Agent.no`; // Agent.no\nawait Session.createe(); const r = /Agent.no/; JSON.parse('1'); /* RAG.no */";
        assert_eq!(told(Language::JavaScript, javascript), ["2:15: Session has no 'createe'; did you mean 'create'?"]);
    }

    #[test]
    fn what_may_be_a_variable_or_is_added_is_not_told() {
        assert!(
            told(Language::Lua, "local log = {} log.mine() function Agent.mine() end Agent.mine() Tool.mine()")
                .is_empty()
        );
        assert!(
            told(
                Language::JavaScript,
                "Agent.mine = 1; print(Agent.mine, my.Agent.other); ({ output }) => output.mine"
            )
            .is_empty()
        );
    }
}
