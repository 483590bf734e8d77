//! Processes that are killed in the middle of what they do.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use llmspell_state::{
    Backend, CHUNK_BYTES, Contents, Existing, Lifetime, List, ListArtifacts, NewArtifact, NewContent, Place, Plan,
    SessionChange, Settings, Store, StoreError, Unreadable, Upload,
};
use serde_json::{Value, json};

use crate::harness::{Dice, Kind, add, place, put, text};

const ROUNDS: u64 = 100;
const TASKS: u64 = 4;
const SLOTS: u64 = 10;
const KEYS: u64 = 600;

/// Told to the child; without it, the test `child` does nothing.
pub const JOB: &str = "LLMSPELL_STATE_TEST";

/// Starts this test binary as another process that does a job on a store. What it says comes on lines after '@'.
pub fn start(job: &str, place: &Place, round: u64) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "crash::child", "--nocapture", "--test-threads", "1"]);
    command.env(JOB, format!("{job} {round} {place}")).stdout(Stdio::piped()).stderr(Stdio::inherit());
    command.spawn().unwrap()
}

pub fn lines(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let out = BufReader::new(child.stdout.take().unwrap());
    out.lines().map_while(Result::ok).filter_map(|line| line.split_once('@').map(|(_, line)| line.to_string()))
}

#[test]
fn child() {
    let Ok(job) = std::env::var(JOB) else { return };
    let mut words = job.splitn(3, ' ');
    let (job, round) = (words.next().unwrap(), words.next().unwrap().parse().unwrap());
    let mut settings = Settings::new(words.next().unwrap().parse().unwrap());
    settings.wait = Duration::from_secs(60);
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    tokio.block_on(async {
        let store = Store::new(settings);
        if job == "rebuild" {
            say("ready");
            store.rebuild(|_| (), &|_| ()).await.unwrap();
            return;
        }
        let backend = store.open(|line| say(&format!("waiting {line}"))).await.unwrap_or_else(|problem| {
            say(&format!("problem {problem}"));
            std::process::exit(3)
        });
        match job {
            "write" => {
                show(backend).await;
                write(store.clone(), round).await;
            }
            "replace" => {
                show(backend).await;
                replace(backend).await;
            }
            "show" => show(backend).await,
            "count" => count(backend, round).await,
            "fill" => fill(backend).await,
            "room" => room(backend).await,
            "artifacts" => artifacts(backend, round).await,
            "kept" => kept(backend).await,
            other => panic!("{other}"),
        }
    });
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // One write for each line: they come from several tasks.
    out.write_all(format!("@{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// Of odd sizes, so that they have from no chunk to three.
fn large(round: u64, number: u64) -> Vec<u8> {
    let bytes = usize::try_from((round * 7 + number) % 5).unwrap() * (CHUNK_BYTES / 2) + 3;
    (0..bytes).map(|at| (at as u64 % 251 + number) as u8).collect()
}

fn about(name: String) -> NewArtifact {
    let (session, mime_type) = ("s".into(), "x/y".into());
    let (tags, metadata, lifetime) = (Vec::new(), serde_json::Map::new(), Lifetime::Unlimited);
    NewArtifact { session, name, kind: llmspell_api::artifact::Kind::Custom, mime_type, tags, metadata, lifetime }
}

/// Stores artifacts at once and in pieces, gives some up, and deletes some, without end.
async fn artifacts(backend: &dyn Backend, round: u64) {
    kept(backend).await;
    drop(backend.create_session("t", Some("s".into()), None, SessionChange::default()).await);
    for number in 0.. {
        let (name, content) = (format!("{round}-{number}"), large(round, number));
        let mut upload = Upload::begin(backend, "t", u64::MAX).await.unwrap();
        upload.add(backend, "t", &content).await.unwrap();
        if number % 4 == 3 {
            upload.discard(backend, "t").await.unwrap();
            let whole = NewContent::Whole(content);
            let stored = backend.keep_artifact("t", about(name.clone()), whole).await.unwrap();
            say(&format!("deleting {name}"));
            backend.delete_artifact("t", "s", stored.sequence).await.unwrap();
        } else {
            upload.finish(backend, "t", about(name.clone())).await.unwrap();
            say(&format!("stored {name}"));
        }
    }
}

/// All artifacts, each of which is read as a whole.
async fn kept(backend: &dyn Backend) {
    let mut all = ListArtifacts::default();
    loop {
        let page = backend.artifacts("t", all.clone()).await.unwrap();
        for artifact in page.artifacts {
            say(&format!("kept {}", artifact.name));
            let mut contents = Contents::open(backend, "t", artifact).await.unwrap();
            while contents.next(backend, "t").await.unwrap().is_some() {}
        }
        match page.next {
            Some(next) => all.after = Some(next),
            None => break,
        }
    }
    let verified = backend.verify(&|_| ()).await.unwrap();
    verified.problems.iter().for_each(|problem| say(&format!("problem {problem}")));
    say("ready");
}

fn artifacts_are_whole_or_absent(kind: Kind) {
    let folder = tempfile::tempdir().unwrap();
    let place = place(kind, folder.path().join("store"));
    let mut dice = Dice::new(7 + kind as u64);
    let (mut stored, mut rounds) = (std::collections::BTreeSet::new(), 0);
    for round in 1..=KILLED + 1 {
        let last = round > KILLED;
        let mut child = start(if last { "kept" } else { "artifacts" }, &place, round);
        let id = rustix::process::Pid::from_child(&child);
        let (mut seen, mut killer) = (std::collections::BTreeSet::new(), None);
        for line in lines(&mut child) {
            match line.split_once(' ').unwrap_or((&line, "")) {
                ("kept", name) => drop(seen.insert(name.to_owned())),
                ("stored", name) => drop(stored.insert(name.to_owned())),
                ("deleting", _) => {}
                ("ready", _) if last => {}
                ("ready", _) => {
                    let time = Duration::from_millis(5 + dice.below(400));
                    killer = Some(std::thread::spawn(move || {
                        std::thread::sleep(time);
                        rustix::process::kill_process(id, rustix::process::Signal::KILL).unwrap();
                    }));
                }
                (_, problem) => panic!("round {round}: {problem}"),
            }
        }
        killer.into_iter().for_each(|killer| killer.join().unwrap());
        child.wait().unwrap();
        // Those of this round are looked at by the next one.
        let missing: Vec<&String> =
            stored.iter().filter(|name| !name.starts_with(&format!("{round}-")) && !seen.contains(*name)).collect();
        assert!(missing.is_empty(), "round {round}: {missing:?} are gone");
        rounds += u64::from(seen.len() > 1);
    }
    assert!(rounds > 2 && stored.len() > 5, "{stored:?}");
    // Nothing is left of what was begun, once its time is over.
    let later =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap() + Duration::from_secs(3_600);
    let clock = llmspell_base::clock::Clock::starting_at(later);
    let store = Store::new(Settings { clock, ..Settings::new(place) });
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio.block_on(async {
        let backend = store.open(|_| ()).await.unwrap();
        backend.delete_session("t", "s").await.unwrap();
        for number in 0..200 {
            backend.commit("other", vec![add("s", "k", number)]).await.unwrap();
        }
        let usage = backend.usage("t").await.unwrap();
        assert_eq!((usage.keys, usage.bytes), (0, 0));
        assert_eq!(backend.verify(&|_| ()).await.unwrap().problems, [""; 0]);
    });
}

/// Each takes as long as a store with some large contents takes to be read.
const KILLED: u64 = 12;

#[test]
fn artifacts_in_sled_are_whole_or_absent() {
    artifacts_are_whole_or_absent(Kind::Sled);
}

#[test]
fn artifacts_in_sqlite_are_whole_or_absent() {
    artifacts_are_whole_or_absent(Kind::Sqlite);
}

/// All of scope "s".
async fn show(backend: &dyn Backend) {
    let mut list = List { values: true, ..List::default() };
    loop {
        let page = backend.list("t", "s", list.clone()).await.unwrap();
        for entry in page.entries {
            let value: Value = serde_json::from_str(&entry.value.unwrap()).unwrap();
            // Of a large value, only what tells it apart.
            let short = value.as_str().map(|text| json!(text.split(' ').next()));
            say(&format!("has {} {}", entry.key, short.unwrap_or(value)));
        }
        match page.next {
            Some(next) => list.after = Some(next),
            None => break,
        }
    }
    for schema in backend.schemas("t").await.unwrap() {
        say(&format!("schema {}", schema.version));
    }
    for backup in backend.backups("t").await.unwrap() {
        backend.check_backup("t", &backup.id).await.unwrap();
    }
    let verified = backend.verify(&|_| ()).await.unwrap();
    verified.problems.iter().for_each(|problem| say(&format!("problem {problem}")));
    say("ready");
}

/// Two keys and a counter in each commit; the two must always be alike.
async fn write(store: Store, round: u64) {
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                let backend = store.open(|_| ()).await.unwrap();
                for number in 1.. {
                    let value = round * 1_000_000 + number;
                    let slot = number % SLOTS;
                    let fill = match number % 10 {
                        3 => "x".repeat(100_000),
                        5 | 6 => "x".repeat(30_000),
                        _ => String::new(),
                    };
                    let pair =
                        |name: &str| put("s", &format!("{name}:{task}:{slot}"), &text(&format!("{value} {fill}")));
                    let changes = vec![pair("x"), add("s", &format!("n:{task}"), 1), pair("y")];
                    backend.commit("t", changes).await.unwrap();
                    say(&format!("ack {task}:{slot} {value}"));
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[derive(Default)]
struct Told {
    has: BTreeMap<String, Value>,
    schema: Option<Value>,
    acks: Vec<(String, u64)>,
    problems: Vec<String>,
}

/// Lets a child work for a while, kills it, and gives all that it said. `None`: lets it end.
fn run(job: &str, place: &Place, round: u64, kill_after: Option<Duration>) -> Told {
    let mut child = start(job, place, round);
    let id = rustix::process::Pid::from_child(&child);
    let mut told = Told::default();
    let mut killer = None;
    for line in lines(&mut child) {
        let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match word {
            "has" => {
                let (key, value) = rest.split_once(' ').unwrap();
                told.has.insert(key.into(), serde_json::from_str(value).unwrap());
            }
            "schema" => told.schema = Some(serde_json::from_str(rest).unwrap()),
            "ack" => {
                let (slot, value) = rest.split_once(' ').unwrap();
                told.acks.push((slot.into(), value.parse().unwrap()));
            }
            "problem" => told.problems.push(rest.into()),
            "ready" => {
                killer = kill_after.map(|time| {
                    std::thread::spawn(move || {
                        std::thread::sleep(time);
                        rustix::process::kill_process(id, rustix::process::Signal::KILL)
                    })
                });
            }
            other => panic!("{other}"),
        }
    }
    let killed = killer.map(|killer| killer.join().unwrap().is_ok());
    let ended = child.wait().unwrap();
    assert!(killed == Some(true) || (kill_after.is_none() && ended.success()), "{ended:?} {killed:?}");
    told
}

fn time(dice: &mut Dice) -> Option<Duration> {
    Some(Duration::from_micros(500 + dice.below(60_000)))
}

fn nothing_acknowledged_is_lost(kind: Kind) {
    let folder = tempfile::tempdir().unwrap();
    let place = place(kind, folder.path().join("store"));
    let mut dice = Dice::new(kind as u64);
    let (mut acked, mut all) = (BTreeMap::<String, u64>::new(), BTreeMap::<String, u64>::new());
    let mut acks = 0;
    for round in 1..=ROUNDS + 1 {
        let last = round > ROUNDS;
        let told = run(if last { "show" } else { "write" }, &place, round, if last { None } else { time(&mut dice) });
        assert_eq!(told.problems, [""; 0], "round {round}");
        let value = |key: String| -> u64 {
            let value = told.has.get(&key);
            value.map_or(0, |value| value.as_str().map_or(value.as_u64(), |text| text.parse().ok()).unwrap())
        };
        for (slot, acked) in &acked {
            let (x, y) = (value(format!("x:{slot}")), value(format!("y:{slot}")));
            assert_eq!(x, y, "round {round}: the half of a commit");
            assert!(x >= *acked, "round {round}: {slot} has {x}, and {acked} was acknowledged");
        }
        for task in 0..TASKS {
            let counted = value(format!("n:{task}"));
            let so_far = all.entry(task.to_string()).or_default();
            assert!(counted >= *so_far, "round {round}: {counted} counted, {so_far} acknowledged");
            *so_far = counted;
        }
        for (slot, value) in told.acks {
            acks += 1;
            *all.entry(slot.split(':').next().unwrap().into()).or_default() += 1;
            acked.insert(slot, value);
        }
    }
    println!("{kind:?}: {ROUNDS} kills, {acks} acknowledged, none lost");
    assert!(acks > ROUNDS, "{acks}");
}

#[test]
fn sled_loses_nothing_acknowledged() {
    nothing_acknowledged_is_lost(Kind::Sled);
}

#[test]
fn sqlite_loses_nothing_acknowledged() {
    nothing_acknowledged_is_lost(Kind::Sqlite);
}

async fn fill(backend: &dyn Backend) {
    let changes = (0..KEYS).map(|key| put("s", &format!("k{key}"), r#"{"v":0}"#)).collect();
    backend.commit("t", changes).await.unwrap();
    say("ready");
}

/// Migrates, backs up, exports, imports and restores without end. Each migration gives all values the number of its version.
async fn replace(backend: &dyn Backend) {
    for step in 0.. {
        let version = backend.schemas("t").await.unwrap().first().map_or(0, |schema| schema.version.as_u64().unwrap());
        let transformations = json!([{"transform": "remove", "field": "v"}, {"transform": "default", "field": "v", "value": version + 1}]);
        let plan = json!({"from_version": version, "to_version": version + 1, "transformations": transformations});
        let plan = Plan::parse(&plan.to_string(), 1_000).unwrap();
        assert_eq!(backend.migrate("t", plan).await.unwrap().changed, KEYS);
        let backups = backend.backups("t").await.unwrap();
        if backups.len() > 5 {
            backend.delete_backup("t", &backups[5].id).await.unwrap();
        }
        let made = backend.backup("t", "", &|_| ()).await.unwrap();
        let file = backend.backup_file("t", &made.id).unwrap().unwrap().with_file_name("export");
        if step % 2 == 0 {
            backend.export("t", &file, Unreadable::Refuse, &|_| ()).await.unwrap();
        } else {
            backend.import("t", &file, Existing::Replace, &|_| ()).await.unwrap();
        }
        if let Some(backup) = backups.get(step % 3) {
            backend.restore("t", &backup.id, &|_| ()).await.unwrap();
        }
    }
}

fn what_is_replaced_is_the_old_or_the_new(kind: Kind) {
    let folder = tempfile::tempdir().unwrap();
    let place = place(kind, folder.path().join("store"));
    run("fill", &place, 0, None);
    let mut dice = Dice::new(kind as u64);
    let mut seen = std::collections::BTreeSet::new();
    let rounds = 60;
    for round in 0..=rounds {
        let last = round == rounds;
        let told = run(if last { "show" } else { "replace" }, &place, round, if last { None } else { time(&mut dice) });
        assert_eq!(told.problems, [""; 0], "round {round}");
        assert_eq!(told.has.len() as u64, KEYS, "round {round}");
        let version = told.schema.unwrap_or(json!(0));
        assert!(told.has.values().all(|value| value["v"] == version), "round {round}: not all have version {version}");
        seen.insert(version.as_u64().unwrap());
    }
    assert!(seen.len() > 3, "{seen:?}");
}

#[test]
fn sled_replaces_all_or_nothing() {
    what_is_replaced_is_the_old_or_the_new(Kind::Sled);
}

#[test]
fn sqlite_replaces_all_or_nothing() {
    what_is_replaced_is_the_old_or_the_new(Kind::Sqlite);
}

fn a_rebuild_is_done_or_said_to_be_missing(kind: Kind) {
    let folder = tempfile::tempdir().unwrap();
    let place = place(kind, folder.path().join("store"));
    run("fill", &place, 0, None);
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let open = async || {
        let store = Store::new(Settings::new(place.clone()));
        match store.open(|_| ()).await {
            Err(StoreError::Damaged { .. }) => false,
            Err(other) => panic!("{other}"),
            Ok(backend) => {
                let all = backend.list("t", "s", List::default()).await.unwrap().entries.len() as u64;
                assert_eq!(all, KEYS);
                assert_eq!(backend.verify(&|_| ()).await.unwrap().problems, [""; 0]);
                true
            }
        }
    };
    tokio.block_on(async {
        let store = Store::new(Settings::new(place.clone()));
        store.open(|_| ()).await.unwrap().backup("t", "", &|_| ()).await.unwrap();
    });
    let mut dice = Dice::new(kind as u64);
    let mut cut_short = 0;
    for _ in 0..30 {
        match &place {
            Place::Sqlite(file) => std::fs::write(file, "garbage ".repeat(200)).unwrap(),
            Place::Sled(folder) => std::fs::write(folder.join("db/db"), "garbage ".repeat(9_000)).unwrap(),
            Place::Memory => unreachable!(),
        }
        let mut child = start("rebuild", &place, 0);
        lines(&mut child).find(|line| line == "ready").unwrap();
        std::thread::sleep(Duration::from_micros(dice.below(40_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        if !tokio.block_on(open()) {
            cut_short += 1;
            let store = Store::new(Settings::new(place.clone()));
            tokio.block_on(store.rebuild(|_| (), &|_| ())).unwrap();
            drop(store);
            assert!(tokio.block_on(open()));
        }
    }
    assert!(cut_short > 0);
}

#[test]
fn sled_is_rebuilt_whole_or_not_at_all() {
    a_rebuild_is_done_or_said_to_be_missing(Kind::Sled);
}

#[test]
fn sqlite_is_rebuilt_whole_or_not_at_all() {
    a_rebuild_is_done_or_said_to_be_missing(Kind::Sqlite);
}

/// Writes until there is no room left.
async fn room(backend: &dyn Backend) {
    for number in 0..100_000 {
        match backend.commit("t", vec![put("s", &number.to_string(), &text(&"room ".repeat(2_000)))]).await {
            Ok(_) => say(&format!("ack {number}")),
            Err(problem) => return say(&format!("problem {problem}")),
        }
    }
}

/// Increments one counter, with the others at it.
async fn count(backend: &dyn Backend, times: u64) {
    say("ready");
    for _ in 0..times {
        backend.commit("t", vec![add("s", "n", 1)]).await.unwrap();
    }
}

/// How many each of these processes, all started at once, counts; gives the sum in the end and the lines about waiting.
pub fn count_at_once(place: &Place, processes: u64, times: u64) -> (Value, Vec<String>) {
    let mut children: Vec<Child> = (0..processes).map(|_| start("count", place, times)).collect();
    let mut waited = Vec::new();
    for child in &mut children {
        for line in lines(child) {
            assert!(!line.starts_with("problem"), "{line}");
            waited.extend(line.strip_prefix("waiting ").map(String::from));
        }
        assert!(child.wait().unwrap().success());
    }
    (run("show", place, 0, None).has["n"].clone(), waited)
}
