use crate::{Table, help, lua_declarations, typescript_declarations};

#[test]
fn every_type_that_is_named_is_there() {
    let table = Table::load().unwrap();
    let own =
        ["string", "number", "integer", "boolean", "bytes", "any", "nothing", "never", "T", "Promise", "AbortSignal"];
    let mut missing = std::collections::BTreeSet::new();
    let mut look = |name: &str| {
        if !own.contains(&name) && !table.types.contains_key(name) && table.item(name).is_none() {
            missing.insert(name.to_owned());
        }
    };
    table.types.values().for_each(|kind| kind.names(&mut look));
    for item in &table.items {
        for member in &item.members {
            if let crate::table::MemberValue::Field(kind) = &member.value {
                kind.names(&mut look);
            }
            for form in member.forms() {
                form.parameters.iter().for_each(|field| field.kind.names(&mut look));
                form.results.iter().for_each(|kind| kind.names(&mut look));
            }
            if let crate::table::MemberValue::Same(other) = &member.value {
                assert!(item.member(other, None).is_some(), "{}.{}: no '{other}'", item.name, member.name);
            }
            assert!(
                !member.about.is_empty() || matches!(member.value, crate::table::MemberValue::Standard),
                "{}.{} says nothing",
                item.name,
                member.name
            );
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn help_knows_names_and_near_ones() {
    let table = Table::load().unwrap();
    let shown = help(&table, Some("Agent.create")).unwrap();
    assert!(shown.contains("JavaScript  Agent.create(definition: AgentOptions): Agent"), "{shown}");
    assert!(
        help(&table, Some("agent:run"))
            .unwrap()
            .contains("Lua         agent:run(prompt: Prompt, options?: RunOptions): Reply")
    );
    assert!(help(&table, Some("State")).unwrap().contains("compare_and_set, compareAndSet"));
    let near = |name| help(&table, Some(name)).unwrap_err().to_string();
    assert_eq!(near("Agent.crate"), "there is no 'Agent.crate' in the script API; did you mean 'Agent.create'?");
    assert_eq!(near("Agnt.create"), "there is no 'Agnt.create' in the script API; did you mean 'Agent.create'?");
    assert_eq!(near("Workflw"), "there is no 'Workflw' in the script API; did you mean 'Workflow'?");
    assert!(near("create_composite").ends_with("; there is Agent.create_composite"));
}

#[test]
fn declarations_are_written() {
    let table = Table::load().unwrap();
    let typescript = typescript_declarations(&table);
    assert!(typescript.contains("declare const Agent: AgentNamespace;"));
    assert!(lua_declarations(&table).contains("function Agent.create(definition) end"));
    if let Some(folder) = std::env::var_os("WRITE_DECLARATIONS") {
        let folder = std::path::Path::new(&folder);
        std::fs::write(folder.join("llmspell.d.ts"), typescript).unwrap();
        std::fs::write(folder.join("llmspell.lua"), lua_declarations(&table)).unwrap();
    }
}

/// Every spell of ours that runs uses names that there are, but for those that make a mistake to see its message.
#[test]
fn spells_that_run_use_names_that_there_are() {
    let table = Table::load().unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut open = vec![root.join("tests/cases"), root.join("tests/spells"), root.join("examples")];
    let mut told = std::collections::BTreeSet::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let language = match path.extension().and_then(|one| one.to_str()) {
                Some("lua") => crate::Language::Lua,
                Some("js") => crate::Language::JavaScript,
                _ if path.is_dir() => {
                    open.push(path);
                    continue;
                }
                _ => continue,
            };
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let shown = path.strip_prefix(&root).unwrap().display().to_string();
            told.extend(
                crate::unknown_members(&table, language, &text).iter().map(|one| format!("{shown}: {}", one.what)),
            );
        }
    }
    let on_purpose = [
        "tests/cases/agent/names/spell.",
        "tests/cases/config/names/spell.",
        "tests/cases/config/read_only_and_no_keys/spell.",
        "tests/cases/llm/shapes/spell.",
        "tests/cases/output/wrong/spell.",
        "tests/cases/schema/wrong/spell.",
        "tests/cases/state/refused/spell.",
        "tests/cases/workflow/names/spell.",
    ];
    let unwanted: Vec<&String> =
        told.iter().filter(|one| !on_purpose.iter().any(|path| one.starts_with(path))).collect();
    assert!(unwanted.is_empty(), "{unwanted:#?}");
    for path in on_purpose {
        for extension in ["lua:", "js:"] {
            assert!(
                told.iter().any(|one| one.starts_with(&format!("{path}{extension}"))),
                "{path}{extension} tells nothing"
            );
        }
    }
}
