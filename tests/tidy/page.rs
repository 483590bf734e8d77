//! `docs/architecture.md` shows the graphs as they are.

use std::fmt::Write;

use super::{arrows, crates, graph, read, root};

const BEGIN: &str = "<!-- From here on generated: `BLESS=1 cargo test --test tidy` -->\n";

fn graphs() -> String {
    let mut text = format!("\n## Crates\n\n{}", arrows::graph().draw());
    for unit in crates() {
        let mut drawn = String::new();
        for (parent, graph) in graph::of_modules(&unit).iter().filter(|(_, graph)| !graph.edges.is_empty()) {
            if !parent.is_empty() {
                let _ = write!(drawn, "\nWithin `{}`:\n", parent.join("::"));
            }
            let _ = write!(drawn, "\n{}", graph.draw());
        }
        if !drawn.is_empty() {
            let _ = write!(text, "\n## Modules of {}\n{drawn}", unit.name);
        }
    }
    text
}

#[test]
fn the_page_on_architecture_shows_the_crates_and_modules_as_they_are() {
    let file = root().join("docs/architecture.md");
    let page = read(&file);
    let (written, shown) = page.split_once(BEGIN).unwrap_or_else(|| panic!("{} has lost its marker", file.display()));
    let graphs = graphs();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, format!("{written}{BEGIN}{graphs}")).unwrap();
    } else {
        let differs = shown.lines().zip(graphs.lines()).find(|(shown, is)| shown != is);
        assert!(shown == graphs, "docs/architecture.md is not up to date ({differs:?}): BLESS=1 writes it anew");
    }
}
