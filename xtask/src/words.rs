//! The words that all preludes share, as a script of each language.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use toml::{Table, Value};

use crate::guests::COMMON;

/// The section of names that are not there. The interpreters' own C looks them up, so that they cost a run nothing.
const MISSING: &str = "missing";

/// What the interpreters' messages have room for.
const LONGEST_WAY: usize = 150;

/// How a language writes them.
pub struct Style {
    /// The script's first line.
    pub head: &'static str,
    /// What begins and ends a table.
    pub table: (&'static str, &'static str),
    /// A key of a table, with what follows it.
    pub key: fn(&str) -> String,
    pub list: (&'static str, &'static str),
    /// A function of these parameters that gives an expression.
    pub function: fn(&[&str], &str) -> String,
    /// Between the parts of a text.
    pub joined: &'static str,
}

/// The words of guests/common/words.toml.
pub fn read(root: &Path) -> Result<Table> {
    let path = root.join(COMMON).join("words.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    text.parse().with_context(|| format!("reading {}", path.display()))
}

/// All but `missing` as a script.
pub fn script(words: &Table, style: &Style) -> Result<String> {
    let mut script = style.head.to_owned();
    for (name, content) in words.iter().filter(|(name, _)| *name != MISSING) {
        let content = match (name.as_str(), content) {
            ("sets", Value::Table(sets)) => {
                let sets = sets.iter().map(|(name, set)| Ok((name.as_str(), members(set, style)?)));
                table(sets.collect::<Result<Vec<_>>>()?, style)
            }
            ("messages", Value::Table(messages)) => {
                let messages = messages.iter().map(|(name, text)| Ok((name.as_str(), message(text, style)?)));
                table(messages.collect::<Result<Vec<_>>>()?, style)
            }
            _ => value(content, style)?,
        };
        script += &format!("guest.{name} = {content};\n");
    }
    Ok(script)
}

/// Names that people try in vain in a language, and what does their work, in the order of the names.
pub fn missing(words: &Table, language: &str) -> Result<Vec<(String, String)>> {
    let mut all = BTreeMap::new();
    for section in ["all", language] {
        let names = words.get(MISSING).and_then(|missing| missing.get(section)).and_then(Value::as_table);
        for (name, way) in names.with_context(|| format!("there is no [{MISSING}.{section}]"))? {
            let way = way.as_str().with_context(|| format!("{MISSING}.{section}.{name} is no text"))?;
            ensure!(way.len() <= LONGEST_WAY, "{MISSING}.{section}.{name} has more than {LONGEST_WAY} letters");
            ensure!(all.insert(name.clone(), way.to_owned()).is_none(), "{name} stands in [{MISSING}] twice");
        }
    }
    Ok(all.into_iter().collect())
}

fn value(content: &Value, style: &Style) -> Result<String> {
    Ok(match content {
        Value::String(text) => quoted(text),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Array(all) => {
            let all = all.iter().map(|one| value(one, style)).collect::<Result<Vec<_>>>()?;
            format!("{}{}{}", style.list.0, all.join(", "), style.list.1)
        }
        Value::Table(all) => {
            let all = all.iter().map(|(name, content)| Ok((name.as_str(), value(content, style)?)));
            table(all.collect::<Result<Vec<_>>>()?, style)
        }
        Value::Datetime(_) => bail!("a date is no word"),
    })
}

fn table(entries: Vec<(&str, String)>, style: &Style) -> String {
    let entries: Vec<_> = entries.iter().map(|(name, content)| format!("{}{content}", (style.key)(name))).collect();
    format!("{}{}{}", style.table.0, entries.join(", "), style.table.1)
}

/// A list as a table from its members to true.
fn members(set: &Value, style: &Style) -> Result<String> {
    let names = set.as_array().context("a set is a list of names")?.iter();
    let names = names.map(|name| Ok((name.as_str().context("a set is a list of names")?, "true".to_owned())));
    Ok(table(names.collect::<Result<Vec<_>>>()?, style))
}

/// A text with names in braces as a function of these.
fn message(text: &Value, style: &Style) -> Result<String> {
    let text = text.as_str().context("a message is a text")?;
    let (mut parameters, mut parts) = (Vec::new(), Vec::new());
    for (place, part) in text.split(['{', '}']).enumerate() {
        if place % 2 == 1 {
            if !parameters.contains(&part) {
                parameters.push(part);
            }
            parts.push(part.to_owned());
        } else if !part.is_empty() {
            parts.push(quoted(part));
        }
    }
    Ok((style.function)(&parameters, &parts.join(style.joined)))
}

/// For words: letters and marks of ASCII.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::javascript::JAVASCRIPT;
    use crate::lua::LUA;

    #[test]
    fn words_are_the_same_in_each_language() {
        let words = "[aliases.x]\n'a.b' = 'c'\n[lists]\ny = [1, 2.5]\n[messages]\nm = \"{a} has no '{b}' in {a}\"\n[sets]\nz = ['q']\n";
        let words: Table = words.parse().unwrap();
        assert_eq!(
            script(&words, &LUA.words).unwrap(),
            "local raw, guest = ...\n\
             guest.aliases = { [\"x\"] = { [\"a.b\"] = \"c\" } };\n\
             guest.lists = { [\"y\"] = { 1, 2.5 } };\n\
             guest.messages = { [\"m\"] = function(a, b) return a .. \" has no '\" .. b .. \"' in \" .. a end };\n\
             guest.sets = { [\"z\"] = { [\"q\"] = true } };\n"
        );
        assert_eq!(
            script(&words, &JAVASCRIPT.words).unwrap(),
            "guest.aliases = { __proto__: null, \"x\": { __proto__: null, \"a.b\": \"c\" } };\n\
             guest.lists = { __proto__: null, \"y\": [1, 2.5] };\n\
             guest.messages = { __proto__: null, \"m\": (a, b) => a + \" has no '\" + b + \"' in \" + a };\n\
             guest.sets = { __proto__: null, \"z\": { __proto__: null, \"q\": true } };\n"
        );
        assert!(script(&"[sets]\nz = 1\n".parse().unwrap(), &LUA.words).is_err());
    }

    #[test]
    fn names_that_are_missing_are_those_of_all_and_of_the_language() {
        let words = |text: &str| text.parse::<Table>().unwrap();
        let some = words("[missing.all]\nz = 'Z'\n[missing.lua]\n'a.b' = 'A'\n[missing.javascript]\n");
        let pair = |name: &str, way: &str| (name.to_owned(), way.to_owned());
        assert_eq!(missing(&some, "lua").unwrap(), [pair("a.b", "A"), pair("z", "Z")]);
        assert_eq!(missing(&some, "javascript").unwrap(), [pair("z", "Z")]);
        assert_eq!(script(&some, &JAVASCRIPT.words).unwrap(), "");
        let says = |text: &str| missing(&words(text), "lua").unwrap_err().to_string();
        assert_eq!(says("[missing.all]\nz = 'Z'\n[missing.lua]\nz = 'Y'\n"), "z stands in [missing] twice");
        assert_eq!(says("[missing.all]\n"), "there is no [missing.lua]");
        assert!(says(&format!("[missing.all]\nz = '{}'\n", "w".repeat(151))).contains("150 letters"));
    }
}
