//! Rules about the interfaces in wit/: each has its thread through the tree, and its imports pass the gate.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use llmspell_wasm::guest;
use syn::visit::{self, Visit};
use syn::{Expr, ImplItem, Item};

use super::source::{Module, attributes, is_for_tests};
use super::{crates, files, read, root};

/// The interfaces that the world imports and that hold functions.
pub fn interfaces() -> Vec<String> {
    let world = read(&root().join("wit/world.wit"));
    let imports = world.lines().filter_map(|line| line.trim().strip_prefix("import ")?.strip_suffix(';'));
    let words: Vec<String> = imports.filter(|word| *word != "types").map(String::from).collect();
    assert!(words.len() > 5, "{words:?}");
    words
}

/// The modules whose code stands between a guest and the host.
fn importing() -> Vec<Module> {
    let of = |name: &str| name == "kernel" || name.starts_with("capabilities/");
    crates().into_iter().filter(|unit| of(&unit.name)).flat_map(|unit| unit.modules.into_values()).collect()
}

/// Files in wit/ that are no interface with functions for spells: the world, its types, what guests export.
const NO_INTERFACE: &[&str] = &["guest", "repl", "types", "world"];

#[test]
fn each_wit_file_is_an_interface_of_the_world() {
    let words: BTreeSet<String> = interfaces().into_iter().collect();
    let names =
        files("wit", ".wit").into_iter().map(|(path, _)| path.file_stem().unwrap().to_str().unwrap().to_owned());
    let files: BTreeSet<String> = names.filter(|name| !NO_INTERFACE.contains(&name.as_str())).collect();
    assert_eq!(files, words);
}

#[test]
fn each_interface_has_its_thread_through_the_tree() {
    let linked = linked();
    let mut missing = Vec::new();
    for word in interfaces() {
        if !linked.contains(&word) {
            missing.push(format!("a capability that links {word}"));
        }
        let mut wanted = vec![format!("wit/{word}.wit")];
        for language in guest::LANGUAGES {
            let folder = match language.name {
                "lua" => "guests/lua-wasm",
                "javascript" => "guests/quickjs-wasm",
                other => panic!("say where the guest for {other} is"),
            };
            wanted.push(format!("{folder}/prelude/{word}.{}", language.extensions[0]));
            if !is_played(&word, language) {
                missing.push(format!("a case in tests/cases/{word} that {} plays", language.name));
            }
        }
        missing.extend(wanted.into_iter().filter(|path| !root().join(path).exists()));
    }
    assert!(missing.is_empty(), "missing: {missing:#?}");
}

/// The interfaces that some crate takes from wit/ and adds to a linker.
fn linked() -> BTreeSet<String> {
    struct Texts(Vec<String>);
    impl<'ast> Visit<'ast> for Texts {
        fn visit_macro(&mut self, call: &'ast syn::Macro) {
            self.0.push(call.tokens.to_string());
        }
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            if let (true, Some(Expr::Lit(name))) = (call.method == "instance", call.args.first())
                && let syn::Lit::Str(name) = &name.lit
            {
                self.0.push(format!("import {}", name.value()));
            }
            visit::visit_expr_method_call(self, call);
        }
    }
    let mut texts = Texts(Vec::new());
    for module in importing() {
        module.items.iter().filter(|item| !is_for_tests(attributes(item))).for_each(|item| texts.visit_item(item));
    }
    let names = texts.0.iter().flat_map(|text| text.split("import llmspell:spell/").skip(1));
    names.map(|name| name.split('@').next().unwrap().to_owned()).collect()
}

/// Whether the language plays one of an interface's cases.
fn is_played(word: &str, language: &guest::Language) -> bool {
    let Ok(cases) = std::fs::read_dir(root().join("tests/cases").join(word)) else { return false };
    cases.map(|case| case.unwrap().path()).any(|case| {
        let settings = std::fs::read_to_string(case.join("case.toml")).unwrap_or_default();
        let settings: toml::Table = settings.parse().unwrap();
        let without = settings.get("without").and_then(|without| without.get(language.name)).is_some();
        let spell = case.join(format!("spell.{}", language.extensions[0]));
        !without && spell.exists() && case.join("expected.json").exists()
    })
}

/// What a function calls: others of its file by name (methods with a dot before it), and whether itself `Import::call`,
/// whose result goes nowhere but to the gate.
#[derive(Default)]
struct Calls {
    gate: bool,
    others: BTreeSet<String>,
}

impl Calls {
    fn of(block: &syn::Block) -> Calls {
        let mut calls = Calls::default();
        calls.visit_block(block);
        calls
    }
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let own = matches!(&*call.receiver, Expr::Path(path)
            if path.path.is_ident("self") || path.path.is_ident("import"));
        if own {
            self.gate |= call.method == "call";
            self.others.insert(format!(".{}", call.method));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func
            && let Some(name) = path.path.get_ident()
        {
            self.others.insert(name.to_string());
        }
        visit::visit_expr_call(self, call);
    }
}

/// The functions of a file that end up at the gate, and those among all that a guest calls.
fn gated(module: &Module) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut functions, mut imports) = (BTreeMap::new(), BTreeSet::new());
    for item in &module.items {
        match item {
            Item::Fn(item) => drop(functions.insert(item.sig.ident.to_string(), Calls::of(&item.block))),
            Item::Impl(item) if is_import(&item.self_ty) => {
                let host = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
                let host = host.is_some_and(|last| last.ident.to_string().starts_with("Host"));
                for function in &item.items {
                    let ImplItem::Fn(function) = function else { continue };
                    let name = format!(".{}", function.sig.ident);
                    functions.insert(name.clone(), Calls::of(&function.block));
                    // `drop` gives something back and asks for nothing.
                    if host && name != ".drop" {
                        imports.insert(name);
                    }
                }
            }
            _ => {}
        }
    }
    let mut gated: BTreeSet<String> =
        functions.iter().filter(|(_, calls)| calls.gate).map(|(name, _)| name.clone()).collect();
    loop {
        let more = functions.iter().filter(|(name, calls)| !gated.contains(*name) && !calls.others.is_disjoint(&gated));
        let more: Vec<String> = more.map(|(name, _)| name.clone()).collect();
        if more.is_empty() {
            return (gated, imports);
        }
        gated.extend(more);
    }
}

fn is_import(own: &syn::Type) -> bool {
    matches!(own, syn::Type::Path(own) if own.path.segments.last().is_some_and(|last| last.ident == "Import"))
}

#[test]
fn each_import_passes_the_gate() {
    let mut seen = 0;
    for module in importing() {
        let (gated, imports) = gated(&module);
        seen += imports.len();
        let past: Vec<_> = imports.difference(&gated).collect();
        assert!(past.is_empty(), "{}: {past:?} do not pass the gate", module.file.display());
    }
    assert!(seen > 40, "only {seen} imports were found");
}

/// The patch that `make recipe` builds: a small interface, added as ARCHITECTURE.md says.
#[test]
fn an_interface_is_added_by_nine_files_none_of_them_a_list() {
    let git = |arguments: &[&str]| {
        let patch = ["tests/recipe.patch"];
        let output = Command::new("git").arg("apply").args(arguments).args(patch).current_dir(root()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    git(&["--check"]);
    let rows = git(&["--numstat"]);
    let rows: Vec<Vec<&str>> = rows.lines().map(|row| row.split('\t').collect()).collect();
    assert_eq!(rows.len(), 9, "{rows:#?}");
    assert!(rows.iter().all(|row| row[1] == "0"), "it takes lines away: {rows:#?}");
    // The world's import, and where the capability is composed.
    let changed: Vec<&str> = rows.iter().map(|row| row[2]).filter(|path| root().join(path).exists()).collect();
    assert_eq!(changed, ["host/capabilities/core/src/interfaces.rs", "wit/world.wit"]);
}
