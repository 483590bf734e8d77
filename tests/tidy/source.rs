//! A crate's modules as syntax trees, without what `#[cfg(test)]` marks, and the paths that they name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Meta, UseTree};

/// From the root, without `crate`: empty for the root itself.
pub type ModulePath = Vec<String>;

/// A path as it is written, such as `crate`, `gate`, `Request`.
pub type Segments = Vec<String>;

/// One package below host/.
pub struct Crate {
    /// Its folder, such as "kernel" or "capabilities/agent".
    pub name: String,
    pub modules: BTreeMap<ModulePath, Module>,
}

pub struct Module {
    pub file: PathBuf,
    pub items: Vec<Item>,
    /// What its own names stand for.
    names: BTreeMap<String, Vec<Meaning>>,
    /// Where `use …::*` takes names from.
    globs: Vec<Segments>,
}

enum Meaning {
    /// Defined here.
    Own,
    /// Brought here by `use`.
    Used(Segments),
}

enum Found {
    Module(ModulePath),
    /// Something that is defined in this module.
    ItemOf(ModulePath),
}

impl Crate {
    /// Reads what lies below `folder`: `src/lib.rs`, or else `src/main.rs`, and its modules.
    pub fn read(name: &str, folder: &Path) -> Crate {
        let source = folder.join("src");
        let root = ["lib.rs", "main.rs"].iter().map(|file| source.join(file)).find(|file| file.exists());
        let root = root.unwrap_or_else(|| panic!("{}: neither lib.rs nor main.rs", source.display()));
        let mut modules = BTreeMap::new();
        let items = parse(&root);
        add(&mut modules, Vec::new(), &root, &source, items);
        Crate { name: name.into(), modules }
    }

    /// All modules that a path written in module `from` leads to or through, re-exports followed.
    pub fn resolve(&self, from: &ModulePath, path: &[String]) -> BTreeSet<ModulePath> {
        let mut touched = BTreeSet::new();
        self.follow(from, path, &mut touched, &mut BTreeSet::new());
        touched
    }

    fn follow(
        &self,
        from: &ModulePath,
        path: &[String],
        touched: &mut BTreeSet<ModulePath>,
        seen: &mut BTreeSet<(ModulePath, String)>,
    ) -> Vec<Found> {
        let mut here = from.clone();
        let mut rest = path;
        let mut anchored = false;
        while let Some((first, others)) = rest.split_first() {
            match first.as_str() {
                "crate" => here.clear(),
                "super" => drop(here.pop()),
                "self" => {}
                _ => break,
            }
            (anchored, rest) = (true, others);
        }
        // A name alone came by a `use`, which counts by itself, unless that was a glob.
        let by_glob = !anchored && path.len() == 1;
        self.walk(&here, rest, by_glob, touched, seen)
    }

    fn walk(
        &self,
        here: &ModulePath,
        rest: &[String],
        by_glob: bool,
        touched: &mut BTreeSet<ModulePath>,
        seen: &mut BTreeSet<(ModulePath, String)>,
    ) -> Vec<Found> {
        touched.insert(here.clone());
        let Some((name, others)) = rest.split_first() else { return vec![Found::Module(here.clone())] };
        let mut ends = Vec::new();
        for found in self.look_up(here, name, by_glob, touched, seen) {
            match found {
                Found::Module(module) => ends.extend(self.walk(&module, others, false, touched, seen)),
                Found::ItemOf(module) => {
                    touched.insert(module.clone());
                    ends.push(Found::ItemOf(module));
                }
            }
        }
        ends
    }

    fn look_up(
        &self,
        here: &ModulePath,
        name: &str,
        by_glob: bool,
        touched: &mut BTreeSet<ModulePath>,
        seen: &mut BTreeSet<(ModulePath, String)>,
    ) -> Vec<Found> {
        let Some(module) = self.modules.get(here) else { return Vec::new() };
        if !seen.insert((here.clone(), name.into())) {
            return Vec::new();
        }
        let mut all = Vec::new();
        if !by_glob {
            let child: ModulePath = here.iter().cloned().chain([name.to_owned()]).collect();
            if self.modules.contains_key(&child) {
                all.push(Found::Module(child));
            }
            for meaning in module.names.get(name).into_iter().flatten() {
                match meaning {
                    Meaning::Own => all.push(Found::ItemOf(here.clone())),
                    // `use serde_json;` gives a name to itself: it is another crate's.
                    Meaning::Used(path) if path.len() == 1 => {}
                    Meaning::Used(path) => all.extend(self.follow(here, path, touched, seen)),
                }
            }
        }
        for glob in &module.globs {
            for found in self.follow(here, glob, touched, seen) {
                if let Found::Module(other) = found {
                    all.extend(self.look_up(&other, name, false, touched, seen));
                }
            }
        }
        seen.remove(&(here.clone(), name.into()));
        all
    }
}

impl Module {
    /// Every path that stands in the module: in `use`, in code and types, in macros' arguments and in attributes.
    pub fn paths(&self) -> BTreeSet<Segments> {
        let mut paths = Paths(BTreeSet::new());
        self.items.iter().for_each(|item| paths.visit_item(item));
        paths.0
    }

    /// As `paths`, with the first name spelled out where a `use` brought it: `env::var` is `std::env::var`.
    pub fn full_paths(&self) -> BTreeSet<Segments> {
        let full = |path: Segments| {
            let meaning = path.first().and_then(|first| self.names.get(first)?.first());
            match meaning {
                Some(Meaning::Used(used)) => used.iter().chain(path.iter().skip(1)).cloned().collect(),
                _ => path,
            }
        };
        self.paths().into_iter().map(full).collect()
    }
}

fn parse(file: &Path) -> Vec<Item> {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display())).items
}

/// Adds a module and those in it; `folder` is where the files of its children lie.
fn add(modules: &mut BTreeMap<ModulePath, Module>, path: ModulePath, file: &Path, folder: &Path, items: Vec<Item>) {
    let mut items: Vec<Item> = items.into_iter().filter(|item| !is_for_tests(attributes(item))).collect();
    for item in &mut items {
        let Item::Mod(child) = item else { continue };
        let name = child.ident.to_string();
        let renamed = child.attrs.iter().any(|attribute| attribute.path().is_ident("path"));
        assert!(!renamed, "{}: module {name} has a #[path], which this test does not follow", file.display());
        let below = folder.join(&name);
        let (file, items) = match child.content.take() {
            Some((_, items)) => (file.to_owned(), items),
            None => {
                let files = [folder.join(format!("{name}.rs")), below.join("mod.rs")];
                let found = files.into_iter().find(|file| file.exists());
                let found = found.unwrap_or_else(|| panic!("{}: the file of module {name} is missing", file.display()));
                let items = parse(&found);
                (found, items)
            }
        };
        add(modules, path.iter().cloned().chain([name]).collect(), &file, &below, items);
    }
    let (mut names, mut globs) = (BTreeMap::<String, Vec<Meaning>>::new(), Vec::new());
    for item in &items {
        if let Item::Use(used) = item {
            for leaf in leaves(used) {
                match leaf.name {
                    Some(name) => names.entry(name).or_default().push(Meaning::Used(leaf.path)),
                    None => globs.push(leaf.path),
                }
            }
        } else if let Some(name) = defined(item) {
            names.entry(name).or_default().push(Meaning::Own);
        }
    }
    modules.insert(path, Module { file: file.to_owned(), items, names, globs });
}

/// The name that an item other than a module defines.
fn defined(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

/// One path of a `use`, and the name that it gets; none for `*`.
struct Leaf {
    path: Segments,
    name: Option<String>,
}

fn leaves(used: &syn::ItemUse) -> Vec<Leaf> {
    fn walk(tree: &UseTree, path: &[String], found: &mut Vec<Leaf>) {
        let with = |name: &syn::Ident| -> Segments { path.iter().cloned().chain([name.to_string()]).collect() };
        match tree {
            UseTree::Path(tree) => walk(&tree.tree, &with(&tree.ident), found),
            UseTree::Group(tree) => tree.items.iter().for_each(|tree| walk(tree, path, found)),
            UseTree::Glob(_) => found.push(Leaf { path: path.to_vec(), name: None }),
            UseTree::Name(tree) if tree.ident == "self" => {
                found.push(Leaf { path: path.to_vec(), name: path.last().cloned() });
            }
            UseTree::Name(tree) => {
                found.push(Leaf { path: with(&tree.ident), name: Some(tree.ident.to_string()) });
            }
            UseTree::Rename(tree) => {
                let path = if tree.ident == "self" { path.to_vec() } else { with(&tree.ident) };
                found.push(Leaf { path, name: Some(tree.rename.to_string()) });
            }
        }
    }
    let mut found = Vec::new();
    // `::name` is another crate's.
    if used.leading_colon.is_none() {
        walk(&used.tree, &[], &mut found);
    }
    found
}

struct Paths(BTreeSet<Segments>);

impl Paths {
    /// What a macro is given is tokens: names joined by `::` are paths there, too.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path = Segments::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) if colons == 2 => path.push(name.to_string()),
                TokenTree::Punct(mark) if mark.as_char() == ':' => {
                    colons += 1;
                    // As it begins where it is another crate's: it resolves to nothing here.
                    if colons == 2 && path.is_empty() {
                        path.push(String::new());
                    }
                    continue;
                }
                other => {
                    self.add(&mut path);
                    match other {
                        TokenTree::Ident(name) => path.push(name.to_string()),
                        TokenTree::Group(group) => self.tokens(group.stream()),
                        TokenTree::Punct(_) | TokenTree::Literal(_) => {}
                    }
                }
            }
            colons = 0;
        }
        self.add(&mut path);
    }

    fn add(&mut self, path: &mut Segments) {
        let path = std::mem::take(path);
        if path.len() > 1 {
            self.0.insert(path);
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !is_for_tests(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_use(&mut self, used: &'ast syn::ItemUse) {
        self.0.extend(leaves(used).into_iter().map(|leaf| leaf.path));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            self.0.insert(names(path));
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    /// Serde takes paths as texts: `with = "crate::units"`.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let Meta::List(list) = &attribute.meta else { return };
        self.tokens(list.tokens.clone());
        for token in list.tokens.clone() {
            let TokenTree::Literal(literal) = token else { continue };
            let text = syn::parse_str::<syn::LitStr>(&literal.to_string());
            if let Ok(path) = text.and_then(|text| text.parse::<syn::Path>()) {
                self.0.insert(names(&path));
            }
        }
    }
}

fn names(path: &syn::Path) -> Segments {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

/// Whether it is there for tests only: `#[cfg(test)]`, `#[cfg(all(test, …))]`.
pub fn is_for_tests(attributes: &[Attribute]) -> bool {
    fn wants_test(meta: &Meta) -> bool {
        let Meta::List(list) = meta else { return meta.path().is_ident("test") };
        let parts = list.parse_args_with(syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated);
        let among = ["cfg", "all"].iter().any(|name| list.path.is_ident(name));
        among && parts.is_ok_and(|parts| parts.iter().any(wants_test))
    }
    attributes.iter().any(|attribute| attribute.path().is_ident("cfg") && wants_test(&attribute.meta))
}

pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        // A later version of syn may know more kinds: better to fail than to look past them.
        _ => panic!("an item of a kind that tests/tidy does not know"),
    }
}
