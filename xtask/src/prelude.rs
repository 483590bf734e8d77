//! A guest's prelude as C: its scripts, found in their folder and put in order, and the raw functions that they get.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::language::Language;
use crate::{stamp, words};

/// The script that is loaded last: it closes what the others have opened.
const LAST: &str = "guest";

/// The script of the words that all languages share, which is loaded first.
const WORDS: &str = "words";

struct Script {
    name: String,
    text: String,
    /// Scripts that have to be loaded before it: of its line `After: …`.
    after: Vec<String>,
    /// Names of which the first that is read loads it: of its line `Names: …`. None: it is loaded before the snapshot.
    names: Vec<String>,
}

/// Writes `prelude.c` into `folder`. Each table of functions in the C files `glue`, `<interface>_functions` of those that are
/// written by hand and `<interface>_imports` of the others, is given to the scripts under its interface's name.
pub fn generate(root: &Path, language: &Language, glue: &[PathBuf], folder: &Path) -> Result<PathBuf> {
    let mut scripts = ordered(read(&root.join(language.folder).join("prelude"), language)?)?;
    let words = words::read(root)?;
    scripts.insert(
        0,
        Script {
            name: WORDS.into(),
            text: words::script(&words, &language.words)?,
            after: Vec::new(),
            names: Vec::new(),
        },
    );
    let mut found = BTreeSet::new();
    for path in glue {
        found.extend(tables(&fs::read_to_string(path)?, language));
    }
    let path = folder.join("prelude.c");
    let text = c_text(&scripts, &found, language) + &c_ways(&words::missing(&words, language.name)?);
    fs::write(&path, text).context("writing prelude.c")?;
    Ok(path)
}

fn read(folder: &Path, language: &Language) -> Result<Vec<Script>> {
    let mut scripts = Vec::new();
    for path in stamp::sorted(folder)? {
        ensure!(path.extension().is_some_and(|it| it == language.extension), "{} is no script", path.display());
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        scripts.push(Script {
            after: listed("After: ", &text, language),
            names: listed("Names: ", &text, language),
            name,
            text,
        });
    }
    Ok(scripts)
}

/// The names in a line such as `-- After: names, operation.` of the comment at a script's head.
fn listed(what: &str, text: &str, language: &Language) -> Vec<String> {
    let mut head = text.lines().map_while(|line| line.strip_prefix(language.comment));
    let names = head.find_map(|line| line.trim().strip_prefix(what)).unwrap_or_default();
    names.trim_end_matches('.').split(", ").filter(|name| !name.is_empty()).map(String::from).collect()
}

/// Each after those that it names; else by name. Those that are loaded when they are named come last.
fn ordered(mut left: Vec<Script>) -> Result<Vec<Script>> {
    let names: BTreeSet<String> = left.iter().map(|script| script.name.clone()).collect();
    for script in &left {
        let unknown = script.after.iter().find(|name| !names.contains(*name) || *name == LAST);
        if let Some(unknown) = unknown {
            bail!(
                "the prelude's {} comes `After: {unknown}`, and there is no such script before the last",
                script.name
            );
        }
        let is_later = |name: &String| left.iter().any(|other| &other.name == name && !other.names.is_empty());
        if let Some(later) = script.after.iter().find(|name| script.names.is_empty() && is_later(name)) {
            bail!("the prelude's {} comes `After: {later}`, which is loaded only when it is named", script.name);
        }
    }
    let mut done: Vec<Script> = Vec::new();
    let mut last = None;
    while !left.is_empty() {
        let is_done = |name: &String| done.iter().any(|script| &script.name == name);
        let Some(place) = left.iter().position(|script| script.after.iter().all(is_done)) else {
            let names: Vec<_> = left.iter().map(|script| script.name.as_str()).collect();
            bail!("these scripts of the prelude come after each other (`After: …`): {}", names.join(", "));
        };
        let script = left.remove(place);
        if script.name == LAST { last = Some(script) } else { done.push(script) }
    }
    let (mut done, later): (Vec<_>, Vec<_>) = done.into_iter().partition(|script| script.names.is_empty());
    done.extend(last);
    done.extend(later);
    check(&done)?;
    Ok(done)
}

/// No script may take at once what another gives later: it would have nothing, and say so only when a spell calls it.
fn check(scripts: &[Script]) -> Result<()> {
    let mut giver = BTreeMap::new();
    for (place, script) in scripts.iter().enumerate() {
        for name in script.text.lines().flat_map(given) {
            giver.entry(name).or_insert(place);
        }
    }
    for (place, script) in scripts.iter().enumerate() {
        for name in script.text.lines().flat_map(taken) {
            let later = giver.get(name).filter(|giver| **giver > place).and_then(|giver| scripts.get(*giver));
            if let Some(later) = later {
                let (name, giver) = (&script.name, &later.name);
                bail!("the prelude's {name} takes what {giver} gives: its head needs a line `After: {giver}.`");
            }
        }
    }
    Ok(())
}

/// The members of `guest` that a line assigns: `guest.a, guest.b = …` or `function guest.a(…)`.
fn given(line: &str) -> Vec<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("function ").unwrap_or(line);
    if line.starts_with("guest.") { members(line.split(['=', '(']).next().unwrap_or_default()) } else { Vec::new() }
}

/// Those that a line of no function takes: `local a = guest.a`, `const { a, b: c } = guest;`.
fn taken(line: &str) -> Vec<&str> {
    if !(line.starts_with("local ") || line.starts_with("const ")) || line.contains("function") || line.contains("=>") {
        return Vec::new();
    }
    let inner = line.strip_prefix("const {").and_then(|line| line.strip_suffix("} = guest;"));
    match inner {
        Some(inner) => inner.split(',').filter_map(|part| part.split(':').next()).map(str::trim).collect(),
        None => members(line),
    }
}

fn members(text: &str) -> Vec<&str> {
    let after = text.split("guest.").skip(1);
    after.filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()).collect()
}

/// The tables of functions in a C file: of which interface, and their names.
fn tables(c: &str, language: &Language) -> Vec<(String, String)> {
    let start = format!("const {} ", language.writer.entry_type);
    let names = c.lines().filter_map(|line| Some(line.strip_prefix(&start)?.split_once("[] = ")?.0));
    let of = |name: &str| name.strip_suffix("_functions").or(name.strip_suffix("_imports")).map(String::from);
    names.filter_map(|name| Some((of(name)?, name.to_owned()))).collect()
}

fn c_text(scripts: &[Script], tables: &BTreeSet<(String, String)>, language: &Language) -> String {
    let mut c = String::from("// Written by xtask: the prelude.\n#include \"common.h\"\n#include \"prelude.h\"\n\n");
    for (_, table) in tables {
        let _ = writeln!(c, "extern const {} {table}[];", language.writer.entry_type);
    }
    c += "\nconst raw_interface raw_interfaces[] = {\n";
    for (interface, table) in tables {
        let _ = writeln!(c, "    {{\"{interface}\", {table}}},");
    }
    c += "    {},\n};\n\nconst prelude_script prelude[] = {\n";
    for script in scripts.iter().filter(|script| script.names.is_empty()) {
        let _ = writeln!(c, "    // {}\n    {{{}}},", script.name, literal(&script.text));
    }
    c += "    {},\n};\n\nconst prelude_script named_scripts[] = {\n";
    for script in scripts.iter().filter(|script| !script.names.is_empty()) {
        let _ = writeln!(c, "    // {}\n    {{{}}},", script.name, literal(&script.text));
    }
    c + "    {},\n};\n" + &c_names(scripts)
}

/// The names that load scripts: of which table they are members, "" for the globals.
fn c_names(scripts: &[Script]) -> String {
    let mut c = String::from("\nconst prelude_name prelude_names[] = {\n");
    for (place, script) in scripts.iter().filter(|script| !script.names.is_empty()).enumerate() {
        for name in &script.names {
            let (of, member) = name.rsplit_once('.').unwrap_or(("", name));
            let _ = writeln!(c, "    {{\"{of}\", \"{member}\", {place}}},");
        }
    }
    c + "    {},\n};\n"
}

/// Names that are missing, in their order, and what does their work.
fn c_ways(ways: &[(String, String)]) -> String {
    let mut c = String::from("\nconst way ways[] = {\n");
    for (name, way) in ways {
        let _ = writeln!(c, "    {{{}, {}}},", string(name), string(way));
    }
    let _ = writeln!(c, "}};\n\nconst size_t count_of_ways = {};", ways.len());
    c
}

/// A C string with its length.
fn literal(text: &str) -> String {
    format!("{},\n        {}", string(text), text.len())
}

fn string(text: &str) -> String {
    let mut c = String::new();
    for line in text.split_inclusive('\n') {
        c.push_str("\n        \"");
        for byte in line.bytes() {
            match byte {
                b'"' | b'\\' => c.extend(['\\', char::from(byte)]),
                b' '..=b'~' => c.push(char::from(byte)),
                _ => {
                    let _ = write!(c, "\\{byte:03o}");
                }
            }
        }
        c.push('"');
    }
    c
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::javascript::JAVASCRIPT;
    use crate::lua::LUA;

    fn script(name: &str, text: &str) -> Script {
        let (after, names) = (listed("After: ", text, &LUA), listed("Names: ", text, &LUA));
        Script { name: name.into(), text: text.into(), after, names }
    }

    fn names(scripts: Vec<Script>) -> Result<Vec<String>> {
        Ok(ordered(scripts)?.into_iter().map(|script| script.name).collect())
    }

    #[test]
    fn scripts_come_by_name_but_after_those_that_they_name() {
        let scripts = vec![
            script("agent", "-- Agents.\n-- After: tool, value.\nlocal a = 1"),
            script("clock", ""),
            script("guest", ""),
            script("tool", "-- After: value."),
            script("value", "local x = 1\n-- After: clock."),
        ];
        assert_eq!(names(scripts).unwrap(), ["clock", "value", "tool", "agent", "guest"]);
    }

    #[test]
    fn scripts_that_are_loaded_when_they_are_named_come_last() {
        let scripts = || {
            vec![
                script("agent", "-- Names: x.agent, agents.\n-- After: guest_of, tool."),
                script("guest", ""),
                script("guest_of", "-- Names: guest.of."),
                script("tool", ""),
            ]
        };
        assert_eq!(names(scripts()).unwrap(), ["tool", "guest", "guest_of", "agent"]);
        let c = c_names(&ordered(scripts()).unwrap());
        assert!(c.contains("{\"guest\", \"of\", 0},\n    {\"x\", \"agent\", 1},\n    {\"\", \"agents\", 1},"), "{c}");
        let early = vec![script("a", "-- After: b."), script("b", "-- Names: b.")];
        assert!(names(early).unwrap_err().to_string().contains("only when it is named"));
        let taken = vec![script("a", "local b = guest.b"), script("b", "-- Names: guest.b.\nguest.b = 1")];
        assert!(names(taken).unwrap_err().to_string().contains("a takes what b gives"));
    }

    #[test]
    fn an_order_that_can_not_be_is_an_error() {
        let says = |scripts: Vec<Script>| names(scripts).unwrap_err().to_string();
        assert!(says(vec![script("a", "-- After: b."), script("b", "-- After: a.")]).contains("a, b"));
        assert!(says(vec![script("a", "-- After: c.")]).contains("After: c"));
        assert!(says(vec![script("guest", ""), script("x", "-- After: guest.")]).contains("After: guest"));
        let early = vec![script("a", "local x, y = 1, guest.y"), script("b", "guest.x, guest.y = 1, 2")];
        assert!(says(early).contains("a takes what b gives"));
        let early = vec![script("a", "const { z, y: x } = guest;"), script("b", "guest.y = 2;")];
        assert!(says(early).contains("a takes what b gives"));
        let late = vec![script("a", "local function f() return guest.y end"), script("b", "function guest.y() end")];
        assert_eq!(names(late).unwrap(), ["a", "b"]);
    }

    #[test]
    fn tables_of_raw_functions_are_found() {
        let found = |interface: &str, table: &str| vec![(interface.to_owned(), table.to_owned())];
        assert_eq!(
            tables("const luaL_Reg exit_functions[] = {{\"a\", b}, {}};", &LUA),
            found("exit", "exit_functions")
        );
        assert_eq!(tables("const JSCFunctionListEntry a_imports[] = {\n", &JAVASCRIPT), found("a", "a_imports"));
    }

    #[test]
    fn a_script_is_a_c_string() {
        assert_eq!(literal("a\"\\\n\u{e4}"), "\n        \"a\\\"\\\\\\012\"\n        \"\\303\\244\",\n        6");
    }
}
