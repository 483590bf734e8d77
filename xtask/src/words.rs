//! The words that all preludes share, as a script of each language.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use toml::{Table, Value};

use crate::guests::COMMON;

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

/// The script, of guests/common/words.toml.
pub fn script(root: &Path, style: &Style) -> Result<String> {
    let path = root.join(COMMON).join("words.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let words: Table = text.parse().with_context(|| format!("reading {}", path.display()))?;
    write(&words, style).with_context(|| format!("in {}", path.display()))
}

fn write(words: &Table, style: &Style) -> Result<String> {
    let mut script = style.head.to_owned();
    for (name, content) in words {
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
            write(&words, &LUA.words).unwrap(),
            "local raw, guest = ...\n\
             guest.aliases = { [\"x\"] = { [\"a.b\"] = \"c\" } };\n\
             guest.lists = { [\"y\"] = { 1, 2.5 } };\n\
             guest.messages = { [\"m\"] = function(a, b) return a .. \" has no '\" .. b .. \"' in \" .. a end };\n\
             guest.sets = { [\"z\"] = { [\"q\"] = true } };\n"
        );
        assert_eq!(
            write(&words, &JAVASCRIPT.words).unwrap(),
            "guest.aliases = { __proto__: null, \"x\": { __proto__: null, \"a.b\": \"c\" } };\n\
             guest.lists = { __proto__: null, \"y\": [1, 2.5] };\n\
             guest.messages = { __proto__: null, \"m\": (a, b) => a + \" has no '\" + b + \"' in \" + a };\n\
             guest.sets = { __proto__: null, \"z\": { __proto__: null, \"q\": true } };\n"
        );
        assert!(write(&"[sets]\nz = 1\n".parse().unwrap(), &LUA.words).is_err());
    }
}
