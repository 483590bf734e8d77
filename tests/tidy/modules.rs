//! Rules about the modules of a crate.

use std::collections::BTreeSet;
use std::path::Path;

use syn::Item;
use syn::visit::{self, Visit};

use super::graph;
use super::source::{Crate, attributes, is_for_tests};
use super::{crates, root};

#[test]
fn modules_beside_each_other_form_no_cycle() {
    let mut tied = String::new();
    for unit in crates() {
        for (parent, graph) in graph::of_modules(&unit) {
            for knot in graph.knots() {
                tied += &format!("{} {}: {knot:?}\n{}", unit.name, parent.join("::"), graph.cycle(&knot));
            }
        }
    }
    assert!(tied.is_empty(), "sibling modules use each other: move what both need to a third one\n{tied}");
}

#[test]
fn a_lib_file_holds_modules_and_reexports_only() {
    let mut more = BTreeSet::new();
    for unit in crates() {
        let module = &unit.modules[&Vec::new()];
        for item in &module.items {
            let allowed = match item {
                Item::Mod(_) => true,
                Item::Use(item) => !matches!(item.vis, syn::Visibility::Inherited),
                _ => !module.file.ends_with("lib.rs"),
            };
            if !allowed {
                more.insert(unit.name.clone());
            }
        }
    }
    assert!(more.is_empty(), "lib.rs holds more than modules and re-exports: {more:?}");
}

#[test]
fn the_environment_is_read_and_the_terminal_written_by_the_command_line_only() {
    let mut problems = Vec::new();
    for unit in crates().into_iter().filter(|unit| unit.name != "cli") {
        for module in unit.modules.values() {
            let reads = |path: &Vec<String>| {
                path.windows(2)
                    .any(|pair| pair[0] == "env" && ["var", "vars", "var_os", "vars_os"].contains(&&*pair[1]))
            };
            let prints = |path: &Vec<String>| {
                path.last().is_some_and(|name| ["print", "println", "eprint", "eprintln", "dbg"].contains(&&**name))
            };
            let wrong = module.full_paths().into_iter().filter(|path| reads(path) || prints(path));
            problems.extend(wrong.map(|path| format!("{}: {}", module.file.display(), path.join("::"))));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn unsafe_code_has_one_place_for_the_engine_one_for_images_and_one_for_the_allocator() {
    struct Unsafe(bool);
    impl<'ast> Visit<'ast> for Unsafe {
        fn visit_item(&mut self, item: &'ast Item) {
            if !is_for_tests(attributes(item)) {
                visit::visit_item(self, item);
            }
        }
        fn visit_expr_unsafe(&mut self, _: &'ast syn::ExprUnsafe) {
            self.0 = true;
        }
        fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
            self.0 |= item.unsafety.is_some();
            visit::visit_item_impl(self, item);
        }
        fn visit_signature(&mut self, signature: &'ast syn::Signature) {
            self.0 |= matches!(signature.safety, syn::Safety::Unsafe(_));
            visit::visit_signature(self, signature);
        }
    }
    let mut files = BTreeSet::new();
    for module in crates().iter().flat_map(|unit| unit.modules.values()) {
        let mut seen = Unsafe(false);
        module.items.iter().for_each(|item| seen.visit_item(item));
        if seen.0 {
            files.insert(module.file.strip_prefix(root()).unwrap().to_owned());
        }
    }
    let allowed = [
        "host/cli/src/cli/guest_file.rs",
        "host/runtime/src/engine.rs",
        "host/runtime/src/guest.rs",
        "host/testkit/src/hostile/watch.rs",
    ];
    assert_eq!(files, allowed.iter().map(|file| Path::new(file).to_owned()).collect());
}

/// The cycles among a crate's modules, each as the names in it; the crate's files are given.
fn knots(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = folder.path().join("src").join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    let graphs = graph::of_modules(&Crate::read("made-up", folder.path()));
    let knots = graphs.iter().flat_map(|(parent, graph)| {
        graph.knots().into_iter().map(|knot| {
            let lines = graph.cycle(&knot);
            assert!(knot.iter().all(|name| lines.contains(&format!("{name} -> "))), "{lines}");
            format!("{}:{}", parent.join("::"), knot.into_iter().collect::<Vec<_>>().join(","))
        })
    });
    knots.collect()
}

#[test]
fn cycles_are_seen_however_they_are_written() {
    let lib = "mod a; mod b; pub use b::{Other, there as elsewhere};";
    let b = "use crate::a::Thing; pub struct Other; pub fn there(_: Thing) {}";
    let ways = [
        "use super::b::Other; pub struct Thing;",
        "use crate::Other; pub struct Thing;",
        "pub struct Thing(crate::Other);",
        "pub struct Thing; fn f() { super::b::there(Thing) }",
        "pub struct Thing; fn f() { println!(\"{}\", crate::elsewhere(Thing)) }",
        "use super::{b as c, *}; pub struct Thing;",
        "use super::*; pub struct Thing(Other);",
        "pub struct Thing { #[serde(with = \"crate::b\")] x: u8 }",
        "pub struct Thing; mod inner { use super::super::b::Other; }",
        "pub struct Thing; impl From<crate::b::Other> for Thing {}",
        "pub struct Thing; macro_rules! make { () => { $crate::b::Other } }",
    ];
    for a in ways {
        assert_eq!(knots(&[("lib.rs", lib), ("a.rs", a), ("b.rs", b)]), [":a,b"], "{a}");
    }
    let below = [
        ("lib.rs", "mod a;"),
        ("a.rs", "mod c; mod d; mod e; pub use e::Third;"),
        ("a/c.rs", "use super::d;"),
        ("a/d.rs", "use crate::a::Third;"),
        ("a/e.rs", "use crate::a::c::First; pub struct Third;"),
    ];
    assert_eq!(knots(&below), ["a:c,d,e"]);
}

#[test]
fn what_is_no_cycle_is_none() {
    let b = "use crate::a::Thing; pub struct Other;";
    let ways = [
        "pub struct Thing;",
        "pub struct Thing; #[cfg(test)] mod tests { use crate::b::Other; }",
        "pub struct Thing; #[cfg(all(test, unix))] fn f() { crate::b::Other; }",
        // A name of its own, another crate's, and a text.
        "pub struct Thing; mod b { pub struct Other; } fn f() { b::Other; ::b::Other; \"crate::b::Other\"; }",
    ];
    for a in ways {
        assert_eq!(knots(&[("lib.rs", "mod a; mod b; pub use b::Other;"), ("a.rs", a), ("b.rs", b)]), [""; 0], "{a}");
    }
    // A parent and its children may know each other.
    let family =
        [("lib.rs", "mod a; pub use a::c::Child;"), ("a.rs", "mod c; use c::Child;"), ("a/c.rs", "use super::x;")];
    assert_eq!(knots(&family), [""; 0]);
}
