//! What is fuzzed: one function for each target, which takes any bytes and panics where something does not hold.
//!
//! They are called by `tests/fuzz.rs`, with inputs that it mutates itself, and by `fuzz_targets/`, with libFuzzer's.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;

use llmspell_wasm::policy::{Policy, Right, requested_policies};
use llmspell_wasm::state::{Change, Condition, Lifetime, List, Place, Settings, Store};
use llmspell_wasm::{Config, Ending, Grants, Limits, Runtime, Spell, fuzzing, guest};
use serde_json::{Map, Number, Value};

/// Panics where something does not hold for these bytes.
pub type Target = fn(&[u8]);

/// Name and function of each.
pub const TARGETS: &[(&str, Target)] = &[
    ("lua_values", lua_values),
    ("javascript_values", javascript_values),
    ("policy", policy),
    ("requested", requested),
    ("configuration", configuration),
    ("state_keys", state_keys),
    ("component", component),
    ("provider_reply", provider_reply),
    ("provider_stream", provider_stream),
    ("event_pattern", event_pattern),
    ("hook_result", hook_result),
    ("schema", schema),
];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What is shown to people is one line, and no terminal obeys it.
fn check_line(message: &str) {
    assert!(message.len() < 20_000 && !message.chars().any(char::is_control), "{message:?}");
}

pub fn policy(bytes: &[u8]) {
    match Policy::parse("policy.toml", &text(bytes)) {
        Ok(policy) => {
            let grants = Grants::local().within(policy);
            for right in [Right::MODEL, Right::TOOL, Right::VARIABLE] {
                grants.allows(right, "a/b");
            }
            let limits = Limits::default();
            assert!(grants.tighten(limits.clone()).fuel <= limits.fuel);
        }
        Err(error) => check_line(&error.to_string()),
    }
}

pub fn requested(bytes: &[u8]) {
    match requested_policies(None, "spell.lua", &text(bytes)) {
        Ok(policies) => {
            let none = policies.into_iter().fold(Grants::default(), Grants::within);
            assert!(!none.allows(Right::MODEL, "a/b") && !none.allows(Right::TOOL, "a"));
        }
        Err(error) => check_line(&error.to_string()),
    }
}

pub fn configuration(bytes: &[u8]) {
    match Config::from_toml(&text(bytes), &|_| None) {
        Ok(config) => {
            assert!(config.limits.fuel > 0 && config.limits.memory_bytes > 0 && !config.limits.wall_time.is_zero())
        }
        Err(error) => check_line(&error.to_string()),
    }
}

pub fn event_pattern(bytes: &[u8]) {
    let input = text(bytes);
    let (pattern, name) = input.split_once('\n').unwrap_or((&input, "a.b"));
    if let Some(found) = fuzzing::event_matches(pattern, name) {
        let [pattern, name] = [pattern, name].map(|text| text.split(['.', ':']).collect::<Vec<_>>());
        assert_eq!(found, covers(&pattern, &name), "{pattern:?} {name:?}");
    }
}

/// The same, as the documents say it and as slowly as may be.
fn covers(pattern: &[&str], name: &[&str]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        (["**"], _) => true,
        (["*"], [_, ..]) => true,
        (["**", rest @ ..], name) => (0..=name.len()).any(|from| covers(rest, &name[from..])),
        ([first, rest @ ..], [word, name @ ..]) => {
            let [first, word] = [*first, *word].map(|text| text.chars().collect::<Vec<_>>());
            globs(&first, &word) && covers(rest, name)
        }
        _ => false,
    }
}

fn globs(pattern: &[char], word: &[char]) -> bool {
    match pattern {
        [] => word.is_empty(),
        ['*', rest @ ..] => (0..=word.len()).any(|from| globs(rest, &word[from..])),
        [first, rest @ ..] => word.first() == Some(first) && globs(rest, &word[1..]),
    }
}

pub fn hook_result(bytes: &[u8]) {
    let result = json(bytes);
    if let Err(problem) = fuzzing::hook_answer(result) {
        check_line(&problem);
    }
    fuzzing::is_hook_point(&text(bytes));
}

pub fn schema(bytes: &[u8]) {
    let middle = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len() / 2);
    let (schema, value) = bytes.split_at(middle);
    let value = json(value);
    let fits = fuzzing::fits(json(schema), &value);
    assert_eq!(fits, fuzzing::fits(json(schema), &value));
}

/// Names of tenants, scopes and keys: what was put is found there, and nowhere else.
pub fn state_keys(bytes: &[u8]) {
    thread_local! {
        static TOKIO: tokio::runtime::Runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    }
    let input = text(bytes);
    let names: Vec<&str> = input.split('\n').take(12).collect();
    let store = Store::new(Settings::new(Place::Memory));
    let mut kept: BTreeMap<[&str; 3], String> = BTreeMap::new();
    TOKIO.with(|tokio| {
        tokio.block_on(async {
            let backend = store.open(|_| ()).await.unwrap();
            let places: Vec<[&str; 3]> = names.windows(3).map(|names| [names[0], names[1], names[2]]).collect();
            for (number, [tenant, scope, key]) in places.iter().enumerate() {
                let value = number.to_string();
                let change = Change::Put {
                    scope: (*scope).into(),
                    key: (*key).into(),
                    value: value.clone(),
                    condition: Condition::Any,
                    lifetime: Lifetime::Unlimited,
                };
                if backend.commit(tenant, vec![change]).await.is_ok() {
                    kept.insert([*tenant, *scope, *key], value);
                }
            }
            for [tenant, scope, key] in &places {
                let found = backend.get(tenant, scope, key).await.ok().flatten().map(|entry| entry.value);
                assert_eq!(found.as_ref(), kept.get(&[*tenant, *scope, *key]));
                let Ok(page) = backend.list(tenant, scope, List::default()).await else { continue };
                let listed: Vec<&str> = page.entries.iter().map(|entry| entry.key.as_str()).collect();
                let mut wanted: Vec<&str> =
                    kept.keys().filter(|place| place[..2] == [*tenant, *scope]).map(|place| place[2]).collect();
                wanted.sort_unstable();
                assert_eq!(listed, wanted);
            }
        });
    });
}

pub fn component(bytes: &[u8]) {
    if let Err(error) = guest::compile(bytes) {
        drop(error.to_string());
    }
}

struct Stage {
    tokio: tokio::runtime::Runtime,
    runtime: Runtime,
}

impl Stage {
    fn new(config: Config) -> Stage {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Stage { tokio, runtime: Runtime::new(Config { instances: 1, ..config }).unwrap() }
    }

    fn run(&self, spell: Spell) -> llmspell_wasm::Outcome {
        self.tokio.block_on(self.runtime.run(spell, Grants::local(), Limits::default()))
    }
}

pub fn lua_values(bytes: &[u8]) {
    values("lua", "return params.value", bytes);
}

pub fn javascript_values(bytes: &[u8]) {
    values("javascript", "return params.value", bytes);
}

/// Into the guest and out again: the same, or an error.
fn values(language: &str, source: &str, bytes: &[u8]) {
    thread_local! {
        static STAGE: Stage = Stage::new(Config::from_toml("", &|_| None).unwrap());
    }
    let mut value = json(bytes);
    if language == "lua" {
        drop_nulls(&mut value);
    }
    let mut spell = Spell::new(language, "spell", source);
    spell.parameters = Map::from_iter([("value".to_owned(), value.clone())]);
    let outcome = STAGE.with(|stage| stage.run(spell));
    match outcome.ending {
        Ending::Completed => assert!(same(&value, &outcome.result.unwrap_or_default()), "{value}"),
        Ending::ScriptError => assert!(is_hard(&value), "{value}: {:?}", outcome.error),
        other => panic!("{value}: {other:?}: {:?}", outcome.error),
    }
}

/// In Lua an entry of a table that is nil is none.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(drop_nulls),
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        _ => {}
    }
}

fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => match (one.as_i128(), other.as_i128()) {
            (Some(one), Some(other)) => one == other,
            _ => one.as_f64() == other.as_f64(),
        },
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| same(one, other)))
        }
        _ => one == other,
    }
}

/// What may be refused: whole numbers that are no 64-bit integer with a sign.
fn is_hard(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_u64().is_some_and(|number| number > i64::MAX as u64),
        Value::Array(list) => list.iter().any(is_hard),
        Value::Object(map) => map.values().any(is_hard),
        _ => false,
    }
}

/// The bytes as JSON, or some value that is made of them.
fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|_| made(&mut bytes.iter().copied(), 0))
}

fn made(bytes: &mut std::iter::Copied<std::slice::Iter<'_, u8>>, depth: usize) -> Value {
    match number(bytes) % 64 {
        _ if depth > 20 => Value::Null,
        0..8 => Value::from(number(bytes) as i64),
        8..12 => Value::from(number(bytes)),
        12..20 => Number::from_f64(f64::from_bits(number(bytes))).map_or(Value::Null, Value::Number),
        20..24 => Value::from(number(bytes) as i8),
        24 => Value::from(-0.0),
        25 => Value::from(9_007_199_254_740_993_i64),
        26 => Value::Bool(true),
        27 => Value::Null,
        28..40 => Value::from(word(bytes, 24)),
        40..52 => (0..number(bytes) % 6).map(|_| made(bytes, depth + 1)).collect(),
        _ => Value::Object((0..number(bytes) % 6).map(|_| (word(bytes, 6), made(bytes, depth + 1))).collect()),
    }
}

fn number(bytes: &mut impl Iterator<Item = u8>) -> u64 {
    bytes.take(8).fold(0, |number, byte| number << 8 | u64::from(byte))
}

fn word(bytes: &mut impl Iterator<Item = u8>, most: u64) -> String {
    let length = (number(bytes) % most) as usize;
    text(&bytes.take(length).collect::<Vec<_>>())
}

pub fn provider_reply(bytes: &[u8]) {
    provider(false, bytes);
}

pub fn provider_stream(bytes: &[u8]) {
    provider(true, bytes);
}

const ASK: &str = "return (pcall(llm.complete, {model = 'local/m', messages = {{role = 'user', content = 'x'}}}))";
const STREAM: &str = "return (pcall(function()
  for _ in llm.stream{model = 'local/m', messages = {{role = 'user', content = 'x'}}} do end
end))";

/// The body of an answer, over HTTP.
fn provider(streamed: bool, bytes: &[u8]) {
    struct Provider {
        stage: Stage,
        answers: mpsc::Sender<Vec<u8>>,
    }
    thread_local! {
        static PROVIDER: RefCell<Option<Provider>> = const { RefCell::new(None) };
    }
    PROVIDER.with_borrow_mut(|provider| {
        let provider = provider.get_or_insert_with(|| {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let config = format!(
                "[providers.local]\nkind = \"openai\"\nbase_url = \"http://{}/v1\"\nattempts = 1\n",
                listener.local_addr().unwrap()
            );
            let (answers, queue) = mpsc::channel::<Vec<u8>>();
            std::thread::spawn(move || {
                for answer in queue {
                    let Ok((mut stream, _)) = listener.accept() else { return };
                    let _ = stream.read(&mut [0; 16_384]);
                    let _ = stream.write_all(&answer);
                }
            });
            Provider { stage: Stage::new(Config::from_toml(&config, &|_| None).unwrap()), answers }
        });
        let kind = if streamed { "text/event-stream" } else { "application/json" };
        let mut answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            bytes.len()
        )
        .into_bytes();
        answer.extend_from_slice(bytes);
        provider.answers.send(answer).unwrap();
        let outcome = provider.stage.run(Spell::new("lua", "spell", if streamed { STREAM } else { ASK }));
        assert_eq!(outcome.ending, Ending::Completed, "{:?}", outcome.error);
        let used = outcome.ledger.models;
        assert!(used.input_tokens.saturating_add(used.output_tokens) < 1 << 40, "{used:?}");
    });
}
