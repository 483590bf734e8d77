//! Lines of JSON: there and back again.

use llmspell_state::{Change, Condition, Existing, Imported, Lifetime, Plan, StoreError, Unreadable};
use serde_json::json;

use crate::harness::{BEGAN, Harness, delete, on_every_store, put, text};

on_every_store!(
    what_is_exported_comes_back_as_it_was,
    what_is_there_already_is_refused_kept_overwritten_or_replaced,
    a_file_that_is_wrong_anywhere_changes_nothing,
    what_a_person_writes_is_read,
);

/// All but the first line, which tells the time, and the last, which tells the checksum of that.
fn lines(harness: &Harness, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(harness.folder.path().join(name)).unwrap();
    let mut lines: Vec<String> = text.lines().skip(1).map(String::from).collect();
    let last = lines.pop().unwrap();
    assert!(last.starts_with(&format!("{{\"entries\":{},", lines.len())), "{last}");
    lines
}

async fn export(harness: &Harness, tenant: &str, name: &str) -> Vec<String> {
    let file = harness.folder.path().join(name);
    harness.backend().await.export(tenant, &file, Unreadable::Refuse, &|_| ()).await.unwrap();
    lines(harness, name)
}

async fn import(harness: &Harness, tenant: &str, name: &str, existing: Existing) -> Result<Imported, StoreError> {
    let file = harness.folder.path().join(name);
    harness.backend().await.import(tenant, &file, existing, &|_| ()).await
}

async fn fill(harness: &Harness) {
    let mut changes: Vec<Change> = (0..600).map(|n| put("many", &format!("k{n}"), &n.to_string())).collect();
    for (number, name) in [".", "a\nb", "\0", "../x", "\u{202e}", "'; --", "é", "e\u{301}"].iter().enumerate() {
        changes.push(put(name, name, &text(&format!("{name}{number}"))));
    }
    for value in
        ["2.50", "1e3", "9007199254740993", "-0.0", "0.1", "{\"b\": 1, \"a\":[ ]}", "null", "\"\\ud83d\\ude00\\u0007\""]
    {
        changes.push(put("exact", value, value));
    }
    let large = text(&"large ".repeat(30_000));
    changes.push(put("s", "large", &large));
    let (scope, key, value) = ("s".into(), "short".into(), "1".into());
    let lifetime = Lifetime::Milliseconds(60_000);
    changes.push(Change::Put { scope, key, value, condition: Condition::Any, lifetime });
    harness.commit("t", changes).await.unwrap();
    harness.put("t", "s", "lines", "{\n  \"a\": 1\n}").await;
    for number in 1..=5 {
        harness.backend().await.append("t", "log", json!({ "n": number }).to_string(), None).await.unwrap();
    }
    harness.backend().await.trim("t", "log", 3).await.unwrap();
    let plan = json!({ "from_version": 1, "to_version": 2, "scope": "none" }).to_string();
    harness.backend().await.migrate("t", Plan::parse(&plan, 1_000).unwrap()).await.unwrap();
}

async fn what_is_exported_comes_back_as_it_was(mut harness: Harness) {
    fill(&harness).await;
    let first = export(&harness, "t", "first").await;
    // Values, a large and a short one, the one with line breaks, three items, a head and a version.
    assert_eq!(first.len(), 600 + 8 + 8 + 2 + 1 + 3 + 1 + 1);
    let done = import(&harness, "copy", "first", Existing::Refuse).await.unwrap();
    assert_eq!(done, Imported { imported: first.len() as u64, kept: 0, replaced: 0 });
    harness.reopen();
    assert_eq!(export(&harness, "copy", "second").await, first);
    assert_eq!(harness.get("copy", "exact", "2.50").await.as_deref(), Some("2.50"));
    let short = harness.backend().await.get("copy", "s", "short").await.unwrap().unwrap();
    assert_eq!(short.expires_at, Some(BEGAN + 60_000));
    // A stream goes on where it ended.
    assert_eq!(harness.backend().await.append("copy", "log", "6".into(), Some(5)).await, Ok(6));
    assert_eq!(harness.backend().await.schemas("copy").await.unwrap().len(), 1);
    assert_eq!(harness.all("t", "many").await.len(), 600);
    harness.well().await;
}

async fn what_is_there_already_is_refused_kept_overwritten_or_replaced(harness: Harness) {
    harness.commit("t", vec![put("s", "a", "1"), put("s", "b", "2")]).await.unwrap();
    harness.backend().await.append("t", "log", "1".into(), None).await.unwrap();
    export(&harness, "t", "file").await;
    harness.commit("t", vec![put("s", "a", "10"), delete("s", "b"), put("s", "c", "30")]).await.unwrap();
    for body in ["2", "3"] {
        harness.backend().await.append("t", "log", body.into(), None).await.unwrap();
    }
    let all =
        async || (harness.all("t", "s").await, harness.backend().await.read("t", "log", 0, 10).await.unwrap().len());
    let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect::<Vec<_>>();
    let before = (pairs(&[("a", "10"), ("c", "30")]), 3);

    let refused = import(&harness, "t", "file", Existing::Refuse).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Conflict { what, .. } if what.contains("'a' of scope 's'")), "{refused}");
    assert_eq!(all().await, before);

    let version = harness.backend().await.get("t", "s", "a").await.unwrap().unwrap().version;
    let done = import(&harness, "t", "file", Existing::Keep).await.unwrap();
    assert_eq!(done, Imported { imported: 1, kept: 3, replaced: 0 });
    assert_eq!(all().await, (pairs(&[("a", "10"), ("b", "2"), ("c", "30")]), 3));
    // What was left alone keeps its version, which another process may have read.
    assert_eq!(harness.backend().await.get("t", "s", "a").await.unwrap().unwrap().version, version);

    let done = import(&harness, "t", "file", Existing::Overwrite).await.unwrap();
    assert_eq!((done.imported, done.kept, done.replaced), (4, 0, 6));
    assert_eq!(all().await, (pairs(&[("a", "1"), ("b", "2"), ("c", "30")]), 1));
    assert!(harness.backend().await.get("t", "s", "a").await.unwrap().unwrap().version > version);

    import(&harness, "t", "file", Existing::Replace).await.unwrap();
    assert_eq!(all().await, (pairs(&[("a", "1"), ("b", "2")]), 1));
    harness.well().await;
}

async fn a_file_that_is_wrong_anywhere_changes_nothing(harness: Harness) {
    harness.commit("t", vec![put("s", "a", "1"), put("s", "b", "\"x\"")]).await.unwrap();
    harness.backend().await.append("t", "log", "1".into(), None).await.unwrap();
    export(&harness, "t", "good").await;
    let good = std::fs::read(harness.folder.path().join("good")).unwrap();
    let bad = harness.folder.path().join("bad");
    let refused = async |bytes: &[u8], why: &str| {
        std::fs::write(&bad, bytes).unwrap();
        let problem = import(&harness, "u", "bad", Existing::Replace).await.unwrap_err();
        let text = problem.to_string();
        assert!(matches!(problem, StoreError::Invalid(_)) && text.lines().count() == 1, "{why}: {text}");
        assert!(text.contains(", line ") && text.contains(why), "{why}: {text}");
    };
    for length in 0..good.len() {
        refused(&good[..length], "").await;
    }
    for place in 0..good.len() {
        let mut bytes = good.clone();
        bytes[place] ^= 0x11;
        // In the names of the head's tenant and time, which nothing depends on but the checksum.
        refused(&bytes, "").await;
    }
    let head = r#"{"format":"llmspell state export 1"}"#;
    let deep = format!(r#"{{"scope":"s","key":"k","value":{}{}}}"#, "[".repeat(200), "]".repeat(200));
    for (lines, why) in [
        (vec![r#"{"format":"llmspell state export 2"}"#], "export 2"),
        (vec![head], "its end is missing"),
        (vec![head, r#"{"entries":1}"#], "1 entries are announced, and 0 are there"),
        (vec![head, r#"{"entries":0}"#, r#"{"entries":0}"#], "behind the last line"),
        (vec![head, r#"{"scope":"s","key":"k"}"#], "missing field `value`"),
        (vec![head, r#"{"scope":"s","key":"k","value":1,"expiresat":1}"#], "did you mean 'expires_at'"),
        (vec![head, r#"{"scope":"s","key":"k","value":01}"#], "not JSON"),
        (vec![head, r#"{"scope":1,"key":"k","value":1}"#], "invalid type"),
        (vec![head, r#"{"name":"k","value":1}"#], "no line of an export"),
        (vec![head, "[]"], "no line of an export"),
        (vec![head, ""], "not JSON"),
        (vec![head, &deep], "not JSON"),
        (
            vec![head, r#"{"scope":"s","key":"k","value":1}"#, r#"{"scope":"s","key":"k","value":2}"#],
            "line 3: the same",
        ),
        (vec![head, r#"{"stream":"l","number":1,"at":1,"body":1}"#, r#"{"entries":1}"#], "no line with its head"),
        (vec![head, r#"{"stream":"l","number":0,"at":1,"body":1}"#], "numbered from 1"),
        (
            vec![
                head,
                r#"{"stream":"l","head":1}"#,
                r#"{"stream":"l","number":2,"at":1,"body":1}"#,
                r#"{"entries":2}"#,
            ],
            "behind its head",
        ),
        (vec![head, &format!(r#"{{"scope":"s","key":"{}","value":1}}"#, "k".repeat(5_000))], "5000 bytes"),
    ] {
        refused((lines.join("\n") + "\n").as_bytes(), why).await;
    }
    refused(format!("{head}\n{{\"scope\":\"\u{0}\"").as_bytes(), "").await;
    refused(&[head.as_bytes(), b"\n\xff\n"].concat(), "not UTF-8").await;
    assert_eq!(harness.backend().await.scopes("u", None, 10).await.unwrap(), [""; 0]);
    harness.well().await;
}

async fn what_a_person_writes_is_read(harness: Harness) {
    let text = "{\"format\": \"llmspell state export 1\"}\r\n { \"key\": \"k\", \"value\": [1, 2], \"scope\": \"s\" } \n\
                {\"entries\": 1}\n";
    std::fs::write(harness.folder.path().join("file"), text).unwrap();
    assert_eq!(import(&harness, "t", "file", Existing::Refuse).await.unwrap().imported, 1);
    assert_eq!(harness.get("t", "s", "k").await.as_deref(), Some("[1, 2]"));
}
