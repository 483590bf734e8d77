//! The guests' C functions around the imports, written from the WIT: they read the language's values, call the import, and
//! make values of what it gives. The prelude's scripts get them by interface and name, as those that are written by hand
//! (guests/<language>/src/<interface>.c); where there is one of the same name, none is written.

mod double;
mod javascript;
mod lua;
mod shape;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wit_parser::{Function, FunctionKind, Resolve, WorldItem};

use shape::{Returned, Shape};

/// What the guests do by hand throughout: the machinery that waits for operations.
const BY_HAND: &[&str] = &["operation"];

/// How a language's functions are written.
pub struct Writer {
    /// The C function of an import, without its head.
    function: fn(&Import) -> String,
    /// What stands before the brace of it, with `{}` for its name.
    head: &'static str,
    /// An entry of a table of functions: of an import and the name of its C function.
    entry: fn(&Import) -> String,
    /// The C type of an entry.
    pub entry_type: &'static str,
}

pub const LUA: Writer = lua::WRITER;
pub const JAVASCRIPT: Writer = javascript::WRITER;

/// A function of an interface, with what the C for it has to know.
struct Import {
    /// Of the C function around it: `state_delete_backup`.
    name: String,
    /// In the WIT, without the resource: `delete-backup`.
    word: String,
    /// Of the bindings' function: `llmspell_spell_state_delete_backup`.
    call: String,
    parameters: Vec<(String, Shape)>,
    returned: Returned,
    /// The C type of what it gives by way of a pointer, and whether that has to be freed.
    made: Option<(String, bool)>,
}

/// Writes `imports.c` into `folder`, where the bindings lie. `glue` has the C files that are written by hand.
pub fn generate(wit: &Path, writer: &Writer, glue: &[PathBuf], folder: &Path) -> Result<PathBuf> {
    let (resolve, by_hand, bindings) = read(wit, glue, folder)?;
    let mut c = String::from("// Written by xtask from the WIT.\n#include \"guest.h\"\n#include \"glue.h\"\n");
    for (word, functions) in interfaces(&resolve) {
        if BY_HAND.contains(&word) {
            continue;
        }
        let mut entries = String::new();
        for function in functions {
            let import = Import::read(&resolve, word, function, &bindings);
            let name = format!("{}_{}", snake(word), snake(function.item_name()));
            if is_defined(&by_hand, &name) {
                continue;
            }
            let import = import.with_context(|| {
                let item = function.item_name();
                format!("no C can be written for `{item}` in wit/{word}.wit: write {name} in the guests' src/{word}.c")
            })?;
            let head = writer.head.replace("{}", &import.name);
            c += &indented(&format!("\n{head} {{\n{}}}\n", (writer.function)(&import)));
            entries += &format!("    {},\n", (writer.entry)(&import));
        }
        if !entries.is_empty() {
            c += &format!("\nconst {} {}_imports[] = {{\n{entries}    {{}},\n}};\n", writer.entry_type, snake(word));
        }
    }
    let path = folder.join("imports.c");
    fs::write(&path, c).context("writing imports.c")?;
    Ok(path)
}

/// Writes `doubles.c` into `folder`: functions of the double of the host for imports that its files `double` do not have, as
/// far as they can be written.
pub fn generate_doubles(wit: &Path, double: &[PathBuf], folder: &Path) -> Result<PathBuf> {
    let (resolve, by_hand, bindings) = read(wit, double, folder)?;
    let mut c = String::from("// Written by xtask from the WIT.\n#include \"native.h\"\n");
    for (word, functions) in interfaces(&resolve) {
        for function in functions {
            let Ok(import) = Import::read(&resolve, word, function, &bindings) else { continue };
            let short = import.call.strip_prefix(&format!("llmspell_spell_{}_", snake(word))).unwrap_or_default();
            if by_hand.contains(&format!("OF({}, {short})(", snake(word))) {
                continue;
            }
            let declaration = bindings.lines().find(|line| line.contains(&format!(" {}(", import.call)));
            let declaration = declaration.unwrap_or_default().trim_start_matches("extern ").trim_end_matches(';');
            c += &indented(&double::function(&import, declaration));
        }
    }
    let path = folder.join("doubles.c");
    fs::write(&path, c).context("writing doubles.c")?;
    Ok(path)
}

/// The WIT, the text of C files that are written by hand, and the header of the bindings in `folder`.
fn read(wit: &Path, files: &[PathBuf], folder: &Path) -> Result<(Resolve, String, String)> {
    let mut resolve = Resolve::default();
    resolve.push_dir(wit).context("reading the WIT")?;
    let by_hand = files.iter().map(fs::read_to_string).collect::<Result<Vec<_>, _>>()?.concat();
    let bindings = fs::read_to_string(folder.join("spell.h")).context("reading the bindings' spell.h")?;
    Ok((resolve, by_hand, bindings))
}

/// The interfaces that the world imports, with their functions.
fn interfaces(resolve: &Resolve) -> impl Iterator<Item = (&str, impl Iterator<Item = &Function>)> {
    let imports = resolve.worlds.iter().flat_map(|(_, world)| world.imports.values());
    let interfaces = imports.filter_map(|item| match item {
        WorldItem::Interface { id, .. } => resolve.interfaces.get(*id),
        _ => None,
    });
    interfaces.filter_map(|interface| Some((interface.name.as_deref()?, interface.functions.values())))
}

impl Import {
    fn read(resolve: &Resolve, word: &str, function: &Function, bindings: &str) -> Result<Self> {
        let item = snake(function.item_name());
        let name = format!("{}_{item}", snake(word));
        let call = match function.kind {
            FunctionKind::Method(id) => {
                let resource = resolve.types.get(id).and_then(|it| it.name.as_deref()).unwrap_or_default();
                format!("llmspell_spell_{}_method_{}_{item}", snake(word), snake(resource))
            }
            _ => format!("llmspell_spell_{}_{item}", snake(word)),
        };
        let mut parameters = Vec::new();
        for parameter in &function.params {
            let shape = Shape::parameter(resolve, &parameter.name, &parameter.ty)
                .with_context(|| format!("the parameter `{}`", parameter.name))?;
            parameters.push((snake(&parameter.name), shape));
        }
        let returned = Returned::read(resolve, function.result.as_ref()).context("what it gives")?;
        let made = made(bindings, &call).map(|made| {
            let free = format!("void {}_free(", made.trim_end_matches("_t"));
            let has_free = bindings.contains(&free);
            (made, has_free)
        });
        Ok(Self { name, word: function.item_name().to_owned(), call, parameters, returned, made })
    }

    /// How many values the language's function takes: `parent-call` is not among them.
    fn arguments(&self) -> impl Iterator<Item = (usize, &str, &Shape)> {
        let given = self.parameters.iter().filter(|(_, shape)| !matches!(shape, Shape::Within));
        given.enumerate().map(|(place, (name, shape))| (place, name.as_str(), shape))
    }

    /// The call of the bindings' function, with variables `given_<parameter>`, `made` and `failure`.
    fn call(&self) -> String {
        let mut arguments: Vec<String> = self.parameters.iter().map(|(name, shape)| argument(name, shape)).collect();
        arguments.extend(self.made.is_some().then(|| "&made".to_owned()));
        arguments.extend(self.returned.fails.then(|| "&failure".to_owned()));
        format!("{}({})", self.call, arguments.join(", "))
    }

    /// Declares `made` and `failure`, as far as there are.
    fn declarations(&self) -> String {
        let made = self.made.as_ref().map(|(made, _)| format!("  {made} made;\n")).unwrap_or_default();
        made + if self.returned.fails { "  failure_t failure;\n" } else { "" }
    }

    /// Frees what `made` holds.
    fn free(&self) -> String {
        match &self.made {
            Some((made, true)) => format!("{}_free(&made);", made.trim_end_matches("_t")),
            _ => String::new(),
        }
    }
}

/// Each line as deep as the braces that are open.
fn indented(c: &str) -> String {
    let (mut made, mut depth) = (String::new(), 0_usize);
    for line in c.lines().map(str::trim) {
        depth = depth.saturating_sub(usize::from(line.starts_with('}')));
        made += &format!("{}{line}\n", "  ".repeat(if line.is_empty() { 0 } else { depth }));
        let closed = line.matches('}').count() - usize::from(line.starts_with('}'));
        depth = (depth + line.matches('{').count()).saturating_sub(closed);
    }
    made
}

/// What is passed on of a parameter.
fn argument(name: &str, shape: &Shape) -> String {
    match shape {
        Shape::Within => "within()".into(),
        Shape::Option(_) => format!("has_{name} ? &given_{name} : NULL"),
        Shape::Json | Shape::String | Shape::Bytes => format!("&given_{name}"),
        _ => format!("given_{name}"),
    }
}

/// The type of what the bindings' function `call` writes to: that of its parameter `ret`.
fn made(bindings: &str, call: &str) -> Option<String> {
    let (_, rest) = bindings.split_once(&format!(" {call}("))?;
    let (parameters, _) = rest.split_once(')')?;
    parameters.split(", ").find_map(|parameter| Some(parameter.strip_suffix(" *ret")?.to_owned()))
}

/// Whether a C function of this name is written by hand.
fn is_defined(c: &str, name: &str) -> bool {
    let heads = [format!("static int {name}("), format!("static JSValue {name}(")];
    c.lines().any(|line| heads.iter().any(|head| line.starts_with(head.as_str())))
}

/// The cases of an enum as C strings.
fn quoted(cases: &[String]) -> String {
    cases.iter().map(|case| format!("\"{case}\"")).collect::<Vec<_>>().join(", ")
}

/// A number in C, which has no literal for the least.
fn long(number: i64) -> String {
    if number == i64::MIN { "INT64_MIN".into() } else { format!("{number}LL") }
}

fn snake(name: &str) -> String {
    name.replace('-', "_")
}

/// `delete-backup` as JavaScript spells it: `deleteBackup`.
fn camel(name: &str) -> String {
    let mut parts = name.split('-');
    let mut made = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        made.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        made.push_str(letters.as_str());
    }
    made
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::bindings;

    const TYPES: &str = "package llmspell:spell@0.1.0;
        interface types { type json = string; record failure { code: string, message: string, details: option<json> } }
        world spell { import types; import foo; export guest; }
        interface guest { run: func(); }
        interface foo { use types.{json, failure}; ";

    /// What is written for an interface `foo` with these functions, beside what is written by hand.
    fn written(writer: &Writer, functions: &str, by_hand: &str) -> Result<String> {
        let folder = tempfile::tempdir()?;
        let (wit, glue) = (folder.path().join("wit"), folder.path().join("foo.c"));
        fs::create_dir(&wit)?;
        fs::write(wit.join("world.wit"), format!("{TYPES}{functions} }}"))?;
        fs::write(&glue, by_hand)?;
        bindings::generate(&wit, folder.path())?;
        Ok(fs::read_to_string(generate(&wit, writer, &[glue], folder.path())?)?)
    }

    #[test]
    fn a_new_interface_takes_no_c_by_hand() {
        let functions = "record thing { some-name: string, size: option<u32> }
            look-up: func(name: string, options: option<json>, parent-call: option<u64>) -> result<list<thing>, failure>;
            first: func() -> thing;";
        let lua = written(&LUA, functions, "").unwrap();
        for line in [
            "static int foo_look_up(lua_State *l) {",
            "  lua_settop(l, 2);",
            "  spell_string_t given_name = check_text(l, 1);",
            "  bool has_options = !lua_isnil(l, 2);",
            "  if (!llmspell_spell_foo_look_up(&given_name, has_options ? &given_options : NULL, within(), &made, &failure)) return push_refusal(l, &failure);",
            "    push_text(l, &made.ptr[i0].some_name);",
            "    if (made.ptr[i0].size.is_some) {",
            "  llmspell_spell_foo_list_thing_free(&made);",
            "  if (made.size.is_some) {",
            "  return 2;",
            "const luaL_Reg foo_imports[] = {",
            "    {\"look_up\", foo_look_up},",
        ] {
            assert!(lua.lines().any(|written| written == line), "{line}\nis not in\n{lua}");
        }
        let javascript = written(&JAVASCRIPT, functions, "").unwrap();
        for part in [
            "  if (get_text(c, arguments[0], &given_name)) {\n",
            "    if (!has_options || (encode(c, arguments[1], 0, &json_options, &given_options))) {\n",
            "    if (has_options) free_json(&json_options);\n    free_text(c, &given_name);\n",
            "object1 = put_field(c, object1, \"some_name\", from_text(c, &made.ptr[i0].some_name));",
            "} else value = throw_failure(c, &failure);",
            "value = make_list(c, 2, (JSValue[]){from_text(c, &made.some_name), made.size.is_some ? ",
            "  JS_CFUNC_DEF(\"lookUp\", 2, foo_look_up),\n",
        ] {
            assert!(javascript.contains(part), "{part}\nis not in\n{javascript}");
        }
    }

    #[test]
    fn the_double_of_the_host_answers_what_it_does_not_know() {
        let folder = tempfile::tempdir().unwrap();
        let (wit, native) = (folder.path().join("wit"), folder.path().join("foo.c"));
        fs::create_dir(&wit).unwrap();
        let functions =
            "ask: func(name: string) -> result<list<u64>, failure>; tell: func() -> bool; know: func() -> u8;";
        fs::write(wit.join("world.wit"), format!("{TYPES}{functions} }}")).unwrap();
        fs::write(&native, "uint8_t OF(foo, know)(void) { return 7; }").unwrap();
        bindings::generate(&wit, folder.path()).unwrap();
        let c = fs::read_to_string(generate_doubles(&wit, &[native], folder.path()).unwrap()).unwrap();
        for part in [
            "bool llmspell_spell_foo_ask(spell_string_t *name, spell_list_u64_t *ret, ",
            "  hear(name);\n  if (refuses(err)) return false;\n",
            "    (*ret).ptr[i0] = (uint64_t)chance();\n",
            "bool llmspell_spell_foo_tell(void) {\n  bool made;\n  made = choose(2);\n  return made;\n}\n",
        ] {
            assert!(c.contains(part), "{part}\nis not in\n{c}");
        }
        assert!(!c.contains("foo_know"), "{c}");
    }

    #[test]
    fn what_is_written_by_hand_is_left_to_that() {
        let functions = "ask: func(names: list<string>) -> bool; tell: func() -> bool;";
        let lua = written(&LUA, functions, "static int foo_ask(lua_State *l) {").unwrap();
        assert!(!lua.contains("foo_ask") && lua.contains("foo_tell"), "{lua}");
        let error = format!("{:#}", written(&LUA, functions, "").unwrap_err());
        assert!(error.contains("`ask` in wit/foo.wit") && error.contains("the parameter `names`"), "{error}");
    }
}
