//! `docs/compatibility.md`, made of the data.

use std::fmt::Write;

use super::root;
use super::table::{Namespace, read};

const HEAD: &str = "# Compatibility

Spells that were written for other hosts call other names. This page lists the names of the dialects that llmspell-wasm reads, what each
does here, and the case in `tests/cases` that shows it. Each has both spellings, `snake_case` and `camelCase`, in both languages unless
it says otherwise. It is made of `tests/compatibility.toml`, which a test compares with what the two languages really offer.

A name that will never be there answers with an error that says what to use. An option that older spells pass and that has no meaning
here, such as an agent's `capabilities`, is left out with a remark that names it.
";

fn rows(namespace: &Namespace) -> String {
    let mut text = String::new();
    let only = |name: &str| {
        let language =
            namespace.only.iter().find(|(_, names)| names.contains(name)).map(|(language, _)| language.as_str());
        match language {
            Some("lua") => " (Lua)",
            Some(_) => " (JavaScript)",
            None => "",
        }
    };
    for (name, case) in &namespace.works {
        let _ = writeln!(text, "| `{name}`{} | works | {case} |", only(name));
    }
    for (name, differs) in &namespace.differs {
        let _ = writeln!(text, "| `{name}`{} | differs: {} | {} |", only(name), differs.what, differs.case);
    }
    for (name, why) in &namespace.absent {
        let _ = writeln!(text, "| `{name}` | not here: {why} | |");
    }
    text
}

fn page() -> String {
    let table = read();
    let mut text = HEAD.to_owned();
    for namespace in &table.namespace {
        let languages = match namespace.languages.as_slice() {
            [] => String::new(),
            [one] if one == "lua" => " (Lua)".into(),
            _ => " (JavaScript)".into(),
        };
        let _ = writeln!(text, "\n## {}{languages}", namespace.name);
        let rows = rows(namespace);
        if !rows.is_empty() {
            let _ = writeln!(text, "\n| name | here | case |\n|---|---|---|\n{}", rows.trim_end());
        }
        let ours: Vec<String> = namespace.ours.iter().map(|name| format!("`{name}`")).collect();
        if !ours.is_empty() {
            let _ = writeln!(text, "\nMore names here: {}.", ours.join(", "));
        }
    }
    let _ = writeln!(text, "\n## Scripts of the first documents\n\n| script | case |\n|---|---|");
    for script in &table.script {
        let _ = writeln!(text, "| {} | {} |", script.what, script.case);
    }
    text
}

#[test]
fn the_page_is_what_the_data_says() {
    let file = root().join("docs/compatibility.md");
    let page = page();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, page).unwrap();
        return;
    }
    let shown = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(shown == page, "docs/compatibility.md is not up to date: BLESS=1 writes it anew");
}
