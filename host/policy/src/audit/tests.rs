use std::path::PathBuf;

use serde_json::Value;

use super::*;

struct AuditFile {
    folder: tempfile::TempDir,
}

impl AuditFile {
    /// An audit of one run with three decisions: five lines.
    fn new() -> AuditFile {
        let file = AuditFile { folder: tempfile::tempdir().unwrap() };
        file.run("acme");
        file
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("audit.jsonl")
    }

    fn run(&self, tenant: &str) {
        let mut run = Audit::open(self.path()).unwrap().begin(tenant, "00ff", Vec::new()).unwrap();
        for name in ["a", "b", "c"] {
            assert!(run.decide("tool.invoke", AuditDecision::Granted, "tools", &[name.to_string()]).unwrap());
        }
        run.end("completed").unwrap();
    }

    fn lines(&self) -> Vec<String> {
        std::fs::read_to_string(self.path()).unwrap().lines().map(String::from).collect()
    }

    /// What is found after the lines were changed so.
    fn after(&self, change: impl FnOnce(&mut Vec<String>)) -> Vec<String> {
        let mut lines = self.lines();
        change(&mut lines);
        std::fs::write(self.path(), lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
        verify(&self.path()).unwrap().problems
    }
}

#[test]
fn what_was_written_is_intact_and_goes_on() {
    let file = AuditFile::new();
    file.run("other");
    let found = verify(&file.path()).unwrap();
    assert_eq!((found.lines, &found.problems), (10, &Vec::new()));
    let last: Value = serde_json::from_str(&file.lines()[9]).unwrap();
    assert_eq!((&last["seq"], &last["tenant"], &last["decision"]), (&json!(10), &json!("other"), &json!("ended")));
    assert_eq!(found.head.as_deref(), last["hash"].as_str());
}

#[test]
fn every_kind_of_change_is_found_and_its_line_named() {
    let says = |problems: Vec<String>, what: &str| assert_eq!(problems.first().map(String::as_str), Some(what));
    says(AuditFile::new().after(|lines| lines[2] = lines[2].replace("\"b\"", "\"x\"")), "line 3 was changed");
    says(AuditFile::new().after(|lines| lines[2] = "{}".into()), "line 3 is no line of an audit");
    let moved = "line 3 has the number 4 where 3 belongs: lines were removed or moved";
    says(AuditFile::new().after(|lines| drop(lines.remove(2))), moved);
    says(AuditFile::new().after(|lines| lines.swap(2, 3)), moved);
    says(
        AuditFile::new().after(|lines| drop(lines.remove(0))),
        "line 1 has the number 2 where 1 belongs: lines were removed or moved",
    );
    says(
        AuditFile::new().after(|lines| lines.truncate(4)),
        "after line 4 lines are missing: the last one had the number 5",
    );
    says(AuditFile::new().after(Vec::clear), "after line 0 lines are missing: the last one had the number 5");
    says(
        AuditFile::new().after(|lines| lines.insert(3, lines[2].clone())),
        "line 4 has the number 3 where 4 belongs: lines were removed or moved",
    );
    // A line of another file, with the right number.
    let other = AuditFile::new().lines()[2].clone();
    says(
        AuditFile::new().after(|lines| lines[2] = other),
        "line 3 does not follow line 2: one of them was put in later",
    );
    let file = AuditFile::new();
    let text = std::fs::read_to_string(file.path()).unwrap();
    std::fs::write(file.path(), &text[..text.len() - 10]).unwrap();
    says(verify(&file.path()).unwrap().problems, "line 5 is cut short");
    assert!(Audit::open(file.path()).err().unwrap().to_string().contains("cut short"));
}

#[test]
fn a_file_that_lost_its_end_is_not_gone_on_with() {
    let file = AuditFile::new();
    file.after(|lines| lines.truncate(4));
    let error = Audit::open(file.path()).err().unwrap().to_string();
    assert!(error.contains("lines are missing at its end"), "{error}");
    // Nor is one that was changed while it is open.
    let file = AuditFile::new();
    let mut run = Audit::open(file.path()).unwrap().begin("acme", "", Vec::new()).unwrap();
    std::fs::rename(file.path(), file.folder.path().join("away")).unwrap();
    assert!(run.decide("x", AuditDecision::Granted, "tools", &[]).unwrap_err().to_string().contains("moved away"));
}

#[test]
fn without_its_head_a_file_is_not_gone_on_with() {
    let refused = |file: &AuditFile, what: &str| {
        let error = Audit::open(file.path()).err().unwrap().to_string();
        assert!(error.contains(what) && error.contains("audit verify`, and move it away"), "{error}");
        assert_eq!(error.lines().count(), 1);
        let found = verify(&file.path()).unwrap().problems;
        assert!(found.iter().any(|problem| problem.contains(what)), "{found:?}");
    };
    let head = |file: &AuditFile| file.folder.path().join("audit.jsonl.head");
    // Lines were cut off, and the head with them.
    let file = AuditFile::new();
    file.after(|lines| lines.truncate(3));
    std::fs::remove_file(head(&file)).unwrap();
    refused(&file, "audit.jsonl.head is missing or empty");
    assert!(!head(&file).exists(), "it is not made anew");
    std::fs::write(head(&file), "").unwrap();
    refused(&file, "audit.jsonl.head is missing or empty");
    // The head of another file.
    let (file, other) = (AuditFile::new(), AuditFile::new());
    std::fs::copy(head(&other), head(&file)).unwrap();
    refused(&file, "line 5 is not the one that was written");
    let (file, other) = (AuditFile::new(), AuditFile::new());
    std::fs::copy(head(&other), head(&file)).unwrap();
    let mut run = Audit::open(other.path()).unwrap().begin("acme", "", Vec::new()).unwrap();
    std::fs::write(other.path(), std::fs::read(file.path()).unwrap()).unwrap();
    assert!(run.decide("x", AuditDecision::Granted, "tools", &[]).is_err(), "changed while it is open");
}

#[test]
fn a_process_killed_between_a_line_and_its_head_can_go_on() {
    let file = AuditFile::new();
    let head = file.folder.path().join("audit.jsonl.head");
    let before = std::fs::read(&head).unwrap();
    file.run("other");
    std::fs::write(&head, before).unwrap();
    file.run("third");
    assert_eq!(verify(&file.path()).unwrap().problems, Vec::<String>::new());
    // The very first line.
    let file = AuditFile { folder: tempfile::tempdir().unwrap() };
    let audit = Audit::open(file.path()).unwrap();
    assert_eq!(verify(&file.path()).unwrap().problems, Vec::<String>::new());
    let head = file.folder.path().join("audit.jsonl.head");
    let before = std::fs::read(&head).unwrap();
    drop(audit.begin("acme", "", Vec::new()).unwrap());
    std::fs::write(&head, before).unwrap();
    file.run("other");
    assert_eq!(verify(&file.path()).unwrap().problems, Vec::<String>::new());
}

#[test]
fn names_can_not_forge_lines_or_reach_a_terminal() {
    let file = AuditFile::new();
    let mut run = Audit::open(file.path()).unwrap().begin("acme", "", Vec::new()).unwrap();
    let name = format!("a\n{{\"seq\":99}}\u{1b}[2J\u{202e}\u{9b}é🎉{}", "x".repeat(1 << 20));
    assert!(run.decide("tool.invoke", AuditDecision::Denied, "tools", &[name]).unwrap());
    assert!(verify(&file.path()).unwrap().problems.is_empty());
    let line = file.lines()[6].clone();
    assert!(line.len() < 2_000 && line.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{line}");
    let read: Value = serde_json::from_str(&line).unwrap();
    assert!(read["what"]["tools"][0].as_str().unwrap().starts_with("a\n{\"seq\":99}\u{1b}[2J\u{202e}"));
}

#[test]
fn many_hands_write_one_chain() {
    let file = AuditFile::new();
    // Each opens the file for itself, as another process would.
    std::thread::scope(|scope| {
        for tenant in ["a", "b", "c", "d"] {
            let file = &file;
            scope.spawn(move || (0..10).for_each(|_| file.run(tenant)));
        }
    });
    let found = verify(&file.path()).unwrap();
    assert_eq!((found.lines, found.problems), (5 + 4 * 10 * 5, Vec::new()));
}

#[test]
fn what_is_no_audit_is_not_appended_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "notes\n").unwrap();
    assert!(Audit::open(&path).is_err());
    assert!(Audit::open(folder.path()).is_err());
    assert!(Audit::open(folder.path().join("none/audit.jsonl")).is_err());
}

fn read(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

#[test]
fn every_name_is_on_record() {
    let file = AuditFile { folder: tempfile::tempdir().unwrap() };
    let mut run = Audit::open(file.path()).unwrap().begin("acme", "", Vec::new()).unwrap();
    let names: Vec<String> = (0..250).map(|number| format!("scope-{number}")).collect();
    assert!(run.decide("state.commit", AuditDecision::Granted, "state", &names).unwrap());
    let lines: Vec<Value> = file.lines()[1..].iter().map(|line| read(line)).collect();
    let found: Vec<&str> = lines
        .iter()
        .flat_map(|line| line["what"]["state"].as_array().unwrap())
        .map(|name| name.as_str().unwrap())
        .collect();
    assert_eq!(found, names);
    let parts: Vec<_> =
        lines.iter().map(|line| (line["what"]["part"].clone(), line["what"]["parts"].clone())).collect();
    assert_eq!(parts, [(json!(1), json!(3)), (json!(2), json!(3)), (json!(3), json!(3))]);
    assert!(verify(&file.path()).unwrap().problems.is_empty());
}

#[test]
fn a_decision_that_is_met_again_is_counted() {
    let file = AuditFile { folder: tempfile::tempdir().unwrap() };
    let mut run = Audit::open(file.path()).unwrap().begin("acme", "", Vec::new()).unwrap();
    for _ in 0..1_000 {
        for (decision, name) in
            [(AuditDecision::Granted, "a"), (AuditDecision::Denied, "a"), (AuditDecision::Granted, "b")]
        {
            assert!(run.decide("state.get", decision, "state", &[name.into()]).unwrap());
        }
    }
    assert!(run.decide("state.get", AuditDecision::Granted, "state", &["once".into()]).unwrap());
    run.end("completed").unwrap();
    let lines = file.lines();
    assert_eq!(lines.len(), 1 + 4 + 2);
    let repeated = read(&lines[5]);
    assert_eq!(repeated["call"], "run.repeated");
    assert_eq!(repeated["what"], json!({ "times": { "2": 1_000, "3": 1_000, "4": 1_000 } }));
    assert!(verify(&file.path()).unwrap().problems.is_empty());
}

#[test]
fn a_run_has_a_share_of_the_file() {
    let file = AuditFile { folder: tempfile::tempdir().unwrap() };
    let mut run = Audit::open(file.path()).unwrap().begin("acme", "", Vec::new()).unwrap();
    let names = |round: u32| -> Vec<String> {
        (0..100).map(|name| format!("{name} {round} {}", "\u{1f600}".repeat(124))).collect()
    };
    assert!(run.decide("state.commit", AuditDecision::Granted, "state", &names(0)).unwrap());
    // 124 signs of four bytes are cut to 50, of twelve bytes each in ASCII.
    let line = file.lines()[1].len() as u64;
    assert!(line < 70_000, "{line}");
    run.bytes = MOST_BYTES - 1;
    assert!(run.decide("state.commit", AuditDecision::Granted, "state", &names(1)).unwrap());
    assert!(!run.decide("state.commit", AuditDecision::Granted, "state", &names(2)).unwrap());
    // What is known needs no room.
    assert!(run.decide("state.commit", AuditDecision::Granted, "state", &names(1)).unwrap());
    assert_eq!(file.lines().len(), 3);
}

#[test]
fn waiting_for_another_process_keeps_no_task_from_working() {
    let file = AuditFile { folder: tempfile::tempdir().unwrap() };
    let mut run = Audit::open(file.path()).unwrap().begin("acme", "", Vec::new()).unwrap();
    let other = std::fs::File::open(file.path()).unwrap();
    other.lock().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (begun, began) = std::sync::mpsc::channel();
    let waits = runtime.spawn(async move {
        begun.send(()).unwrap();
        run.decide("state.get", AuditDecision::Granted, "state", &["a".into()])
    });
    began.recv().unwrap();
    // The only worker is free for the task that gives the file back.
    runtime.spawn(async move { other.unlock().unwrap() });
    assert_eq!(runtime.block_on(waits).unwrap(), Ok(true));
}
