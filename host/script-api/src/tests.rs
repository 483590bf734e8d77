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
