//! Names that are made to reach another tenant's data.

use llmspell_state::{List, StoreError, Unreadable};

use crate::harness::{Harness, add, delete, on_every_store, put, text};

on_every_store!(no_tenant_reads_what_is_anothers, names_that_are_too_long_are_refused_in_a_few_words);

/// No name, which only a tenant may have; separators, parts of paths, look-alikes in other Unicode spellings, and what could end a length or a line.
const NAMES: &[&str] = &[
    "",
    "a",
    "a:",
    "a:b",
    ":a",
    "a/b",
    "../a",
    "..",
    "/etc/passwd",
    "a\0",
    "\0",
    "\0\x01a",
    "a\nb",
    "é",
    "e\u{301}",
    "а",
    "A",
    "a ",
    " a",
    "%61",
    "\u{202e}a",
    "\u{feff}a",
    "ÿ",
    "\u{7f}",
    "'; DROP TABLE state; --",
    "a\u{200b}",
    "*",
    "?",
    "_",
];

fn canary(tenant: usize) -> String {
    format!("canary-{tenant}-yranac")
}

/// What holds a canary that is not this tenant's.
fn clean(tenant: usize, what: &str) {
    for (other, name) in NAMES.iter().enumerate() {
        assert!(
            other == tenant || !what.contains(&canary(other)),
            "{:?} sees what is {name:?}'s: {what}",
            NAMES[tenant]
        );
    }
}

async fn no_tenant_reads_what_is_anothers(mut harness: Harness) {
    for (number, tenant) in NAMES.iter().enumerate() {
        let mut changes = Vec::new();
        for scope in &NAMES[1..] {
            // Not every key, so that a wrong one would be noticed.
            let keys = NAMES.iter().enumerate().skip(1).filter(|(key, _)| (key + number) % 3 != 0);
            changes.extend(keys.map(|(_, key)| put(scope, key, &text(&format!("{} {scope} {key}", canary(number))))));
        }
        harness.commit(tenant, changes.clone()).await.unwrap();
        harness.backend().await.append(tenant, "log", text(&canary(number)), None).await.unwrap();
        harness.backend().await.lease(tenant, "lease", &canary(number), 60_000).await.unwrap();
    }
    harness.reopen();
    for (number, tenant) in NAMES.iter().enumerate() {
        for scope in &NAMES[1..] {
            for (index, key) in NAMES.iter().enumerate().skip(1) {
                let wanted = ((index + number) % 3 != 0).then(|| text(&format!("{} {scope} {key}", canary(number))));
                assert_eq!(harness.get(tenant, scope, key).await, wanted, "{tenant:?} {scope:?} {key:?}");
            }
            let list = List { values: true, ..List::default() };
            let page = harness.backend().await.list(tenant, scope, list).await.unwrap();
            assert_eq!(page.entries.len(), (1..NAMES.len()).filter(|key| (key + number) % 3 != 0).count());
            clean(number, &format!("{page:?}"));
        }
        let mut scopes = harness.backend().await.scopes(tenant, None, 1_000).await.unwrap();
        let mut wanted = NAMES[1..].to_vec();
        scopes.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(scopes, wanted);
        clean(number, &format!("{:?}", harness.backend().await.read(tenant, "log", 0, 10).await));
        clean(number, &format!("{:?}", harness.backend().await.lease(tenant, "lease", "x", 1).await.unwrap_err()));
        clean(
            number,
            &format!("{:?}", harness.commit(tenant, vec![add("a", "a", 1), add("a", "a:b", 1)]).await.unwrap_err()),
        );
    }
    the_same_holds_for_backups(&mut harness).await;
}

async fn the_same_holds_for_backups(harness: &mut Harness) {
    let mut ids = Vec::new();
    for tenant in NAMES {
        ids.push(harness.backend().await.backup(tenant, tenant, &|_| ()).await.unwrap().id);
    }
    for (number, tenant) in NAMES.iter().enumerate() {
        let backend = harness.backend().await;
        let backups = backend.backups(tenant).await.unwrap();
        assert_eq!(backups.iter().map(|one| one.description.as_str()).collect::<Vec<_>>(), [*tenant]);
        if let Some(file) = backend.backup_file(tenant, &ids[number]).unwrap() {
            clean(number, &String::from_utf8_lossy(&std::fs::read(file).unwrap()));
        }
        let file = harness.folder.path().join("export");
        backend.export(tenant, &file, Unreadable::Refuse, &|_| ()).await.unwrap();
        let exported = std::fs::read_to_string(&file).unwrap();
        assert!(exported.contains(&canary(number)));
        clean(number, &exported);
        for id in NAMES {
            assert!(matches!(backend.restore(tenant, id, &|_| ()).await, Err(StoreError::NotFound(_))), "{id:?}");
            assert_eq!(backend.delete_backup(tenant, id).await, Ok(false));
        }
    }
    // The loss of one tenant does not affect the others.
    harness.backend().await.clear(NAMES[3]).await.unwrap();
    harness.backend().await.restore(NAMES[4], &ids[4], &|_| ()).await.unwrap();
    harness.commit(NAMES[5], vec![delete("a", "a"), delete("a", "a:")]).await.unwrap();
    assert_eq!(harness.backend().await.scopes(NAMES[3], None, 10).await.unwrap(), [""; 0]);
    assert_eq!(harness.backend().await.scopes(NAMES[4], None, 100).await.unwrap().len(), NAMES.len() - 1);
    assert_eq!(harness.get(NAMES[6], "a", "a").await, Some(text(&format!("{} a a", canary(6)))));
    let mut tenants = harness.backend().await.tenants(None, 1_000).await.unwrap();
    tenants.sort_unstable();
    let mut wanted = NAMES.to_vec();
    wanted.sort_unstable();
    assert_eq!(tenants, wanted);
    harness.well().await;
}

async fn names_that_are_too_long_are_refused_in_a_few_words(harness: Harness) {
    let long = "x".repeat(64 << 10);
    let backend = harness.backend().await;
    let refused = |problem: StoreError| {
        let text = problem.to_string();
        assert!(matches!(problem, StoreError::Invalid(_)) && text.len() < 200, "{text}");
        assert!(text.contains("65536 bytes"), "{text}");
    };
    refused(backend.get(&long, "s", "k").await.unwrap_err());
    refused(backend.get("t", &long, "k").await.unwrap_err());
    refused(backend.get("t", "s", &long).await.unwrap_err());
    refused(backend.list("t", "s", List { prefix: long.clone(), ..List::default() }).await.unwrap_err());
    refused(backend.list("t", "s", List { after: Some(long.clone()), ..List::default() }).await.unwrap_err());
    refused(backend.append("t", &long, "1".into(), None).await.unwrap_err());
    refused(backend.lease("t", &long, "o", 1).await.unwrap_err());
    refused(backend.backup(&long, "", &|_| ()).await.unwrap_err());
    refused(backend.usage(&long).await.unwrap_err());
    for change in [put(&long, "k", "1"), put("s", &long, "1"), add(&long, "k", 1), delete("s", &long)] {
        refused(harness.commit("t", vec![change]).await.unwrap_err());
    }
    // The longest that are allowed.
    let (tenant, scope, key) = (&long[..256], &long[..512], &long[..4_096]);
    harness.put(tenant, scope, key, "1").await;
    assert_eq!(harness.get(tenant, scope, key).await.as_deref(), Some("1"));
    assert_eq!(harness.get(tenant, scope, &key[1..]).await, None);
}
