//! Collections of documents: a random model on every store, other tenants, and what is left when something is deleted.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::Arc;

use llmspell_wasm::model::Models;
use llmspell_wasm::policy::Policy;
use llmspell_wasm::state::{Place, Settings};
use llmspell_wasm::{Config, Ending, Grants, Limits, Outcome, Runtime, Spell};
use serde_json::{Value, json};

fn runtime(settings: Settings) -> Arc<Runtime> {
    let mut config = Config::from_toml("", &|_| None).unwrap();
    (config.models, config.instances, config.store) = (Models::offline(), 8, settings);
    Arc::new(Runtime::new(config).unwrap())
}

async fn run(runtime: &Runtime, tenant: &str, source: &str, parameters: Value) -> Outcome {
    let mut spell = Spell { tenant: tenant.into(), ..Spell::new("lua", "spell.lua", source) };
    spell.parameters = parameters.as_object().cloned().unwrap_or_default();
    let limits = Limits { fuel: 20_000_000_000, host_calls: 200_000, ..Limits::default() };
    runtime.run(spell, Grants::local(), limits).await
}

async fn result(runtime: &Runtime, tenant: &str, source: &str, parameters: Value) -> Value {
    let outcome = run(runtime, tenant, source, parameters).await;
    assert_eq!(outcome.ending, Ending::Completed, "{:?}", outcome.error);
    outcome.result.unwrap_or_default()
}

fn places(folder: &Path) -> [Place; 3] {
    [Place::Memory, Place::Sled(folder.join("sled")), Place::Sqlite(folder.join("store.db"))]
}

/// Random changes and searches, compared with a list that knows which words each document has. The list lies in State, so that a
/// later run, in another process as it were, goes on from it.
const MODEL: &str = r#"
local state = params.seed
local function random(n)
  state = (state * 6364136223846793005 + 1442695040888963407)
  return (state >> 33) % n + 1
end
local words = { "amber", "birch", "cedar", "dune", "ember", "fjord", "grove", "heath", "inlet", "juniper", "kelp", "lagoon" }
local where = { collection = "model", embedding_model = params.model }
local model = State.load("test", "model") or {}

local function check()
  for _ = 1, 3 do
    local word, kind = words[random(#words)], random(4)
    local wanted = {}
    for id, one in pairs(model) do
      if kind == 4 or one.kind == kind then
        for _, own in ipairs(one.words) do if own == word then wanted[id] = true end end
      end
    end
    local found = RAG.search(word, { collection = "model", limit = 100, mode = "lexical", filter = kind < 4 and { kind = kind } or nil })
    local count = 0
    for _, hit in ipairs(found.results) do
      assert(wanted[hit.id], "found " .. hit.id .. " for " .. word)
      assert(hit.text:find(word, 1, true), hit.text)
      if wanted[hit.id] ~= "seen" then count = count + 1 end
      wanted[hit.id] = "seen"
    end
    for id, how in pairs(wanted) do assert(how == "seen", "did not find " .. id .. " for " .. word) end
  end
  local count = 0
  for _ in pairs(model) do count = count + 1 end
  assert(RAG.get_stats("model").document_count == count, "documents")
end

RAG.create(where)
check()
for step = 1, params.steps do
  local action = random(10)
  if action <= 5 then
    local batch = {}
    local base = random(30)
    for i = 1, random(3) do
      local id, own = "doc/" .. (base + i) % 30, {}
      for j = 1, random(6) do own[j] = words[random(#words)] end
      local kind = random(3)
      batch[i] = { id = id, text = table.concat(own, " "), metadata = { kind = kind } }
      model[id] = { words = own, kind = kind }
    end
    RAG.ingest(batch, where)
  elseif action <= 7 then
    local id = "doc/" .. random(30) - 1
    local done = RAG.delete({ id }, { collection = "model" })
    assert(done.deleted == (model[id] and 1 or 0) and #done.missing == (model[id] and 0 or 1))
    model[id] = nil
  elseif action == 8 then
    local kind, gone = random(3), 0
    for id, one in pairs(model) do if one.kind == kind then model[id] = nil gone = gone + 1 end end
    assert(RAG.delete({ filter = { kind = kind } }, { collection = "model" }).deleted == gone)
  elseif action == 9 and step % 7 == 0 then
    RAG.rebuild("model", { chunking = { size = 10 + random(50) } })
    where = { collection = "model" }
  end
  check()
end
State.save("test", "model", model)
return true
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn collections_are_as_a_naive_list_says_on_every_store() {
    let folder = tempfile::tempdir().unwrap();
    for place in places(folder.path()) {
        let mut first = runtime(Settings::new(place.clone()));
        for seed in 1..=4 {
            let parameters = json!({ "seed": seed * 7_919, "steps": 25 });
            result(&first, "acme", MODEL, parameters).await;
            if place != Place::Memory {
                // Another process, as it were: its index is made of the store.
                drop(first);
                first = runtime(Settings::new(place.clone()));
            }
        }
        let parameters = json!({ "seed": 99, "steps": 25, "model": "local/tiny" });
        result(&first, "with vectors", MODEL, parameters).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_finds_nothing_of_anothers_and_is_not_ranked_by_it() {
    let runtime = runtime(Settings::new(Place::Memory));
    let search = "RAG.ingest({ { id = 'a', text = 'amber birch' }, { id = 'b', text = 'amber amber cedar' } })
        local all = {} for i, hit in ipairs(RAG.search('amber birch').results) do all[i] = { hit.id, hit.score } end
        return { all, RAG.list_collections() }";
    let before = result(&runtime, "acme", search, Value::Null).await;
    let tenants = ["acme/", "acme:default", "tenant:acme", "~acme", "ACME", ""];
    for tenant in tenants.iter().filter(|tenant| !tenant.starts_with('~')) {
        let ingest = "for i = 1, 20 do RAG.ingest({ id = 'canary' .. i, text = 'amber canary ' .. i }) end
            RAG.ingest('canary amber', { tenant_id = 'acme' }) RAG.ingest('canary amber', { collection = '../acme' })";
        result(&runtime, tenant, ingest, Value::Null).await;
    }
    assert_eq!(result(&runtime, "acme", search, Value::Null).await, before);
    let look = "local seen = {}
        for _, name in ipairs({ 'default', 'tenant:acme', '../acme', 'acme/default', 'acme\\0default', '*' }) do
          local ok, found = pcall(RAG.search, 'canary', { collection = name })
          seen[#seen + 1] = ok and found.total or found.code
        end
        return seen";
    let seen = result(&runtime, "acme", look, Value::Null).await;
    assert_eq!(seen, json!([0, "not-found", "not-found", "not-found", "not-found", "not-found"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_deleted_is_in_no_index_export_or_backup_any_more() {
    let folder = tempfile::tempdir().unwrap();
    for (number, place) in places(folder.path()).into_iter().enumerate() {
        let runtime = runtime(Settings::new(place));
        let before = "RAG.ingest({ { id = 'one', text = 'zebracanary lives here', metadata = { note = 'zebracanary' } }, { id = 'two', text = 'stays' } })
            RAG.ingest('zebracanary', { collection = 'other' })
            RAG.delete({ 'one' }) RAG.cleanup('other')
            return { RAG.search('zebracanary').total, State.get_storage_usage().keys, RAG.list_collections() }";
        // Two rows of the collection, and a document.
        assert_eq!(result(&runtime, "acme", before, Value::Null).await, json!([0, 3, ["default"]]));
        let file = folder.path().join(format!("export-{number}.jsonl"));
        let store = runtime.store().open(|_| ()).await.unwrap();
        store.export("acme", &file, llmspell_wasm::state::Unreadable::Refuse, &|_| ()).await.unwrap();
        let exported = std::fs::read_to_string(&file).unwrap();
        assert!(!exported.contains("zebracanary") && exported.contains("stays"), "{exported}");
        // What was exported can be taken over by another tenant's part of the store.
        store.import("copy", &file, llmspell_wasm::state::Existing::Refuse, &|_| ()).await.unwrap();
        assert_eq!(result(&runtime, "copy", "return RAG.search('stays').total", Value::Null).await, json!(1));
    }
}

#[tokio::test]
async fn a_restored_backup_is_what_searches_find() {
    let runtime = runtime(Settings::new(Place::Memory));
    let source = "RAG.ingest({ id = 'a', text = 'old words' })
        local id = State.backup()
        RAG.ingest({ { id = 'a', text = 'new words' }, { id = 'b', text = 'more words' } })
        assert(RAG.search('words').total == 2)
        State.restore(id)
        return { RAG.search('words').total, RAG.search('old').total, RAG.search('new').total }";
    assert_eq!(result(&runtime, "acme", source, Value::Null).await, json!([1, 1, 0]));
}

#[tokio::test]
async fn a_policy_says_which_collections_a_spell_may_use() {
    let runtime = runtime(Settings::new(Place::Memory));
    let policy = "[retrieval]\ncollections = [\"docs\", \"user:*\"]\ndeny = [\"user:admin\"]\n";
    let grants = Grants::local().within(Policy::parse("operator.toml", policy).unwrap());
    let source = "local seen = {}
        for _, name in ipairs({ 'docs', 'user:ada', 'user:admin', 'default', 'docs/x' }) do
          local ok, why = pcall(RAG.ingest, 'text', { collection = name })
          seen[#seen + 1] = ok and 'ok' or why.code
        end
        seen[#seen + 1] = RAG.list_collections()
        local ok, why = pcall(RAG.cleanup_tenant, 'x') seen[#seen + 1] = why.code
        return seen";
    let outcome = runtime.run(Spell::new("lua", "spell.lua", source), grants, Limits::default()).await;
    let wanted = json!(["ok", "ok", "denied", "denied", "denied", ["docs", "user:ada"], "denied"]);
    assert_eq!(outcome.result, Some(wanted), "{:?}", outcome.error);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_rebuild_one_collection_lose_no_document() {
    let folder = tempfile::tempdir().unwrap();
    let open = || runtime(Settings::new(Place::Sqlite(folder.path().join("store.db"))));
    let fill = "for i = 1, 60 do RAG.ingest({ id = 'd' .. i, text = 'amber number ' .. i }) end return RAG.get_stats().document_count";
    assert_eq!(result(&open(), "a", fill, json!({})).await, json!(60));
    let rebuild =
        "local ok, why = pcall(RAG.rebuild, 'default', { chunking = { size = params.size } }) return ok or why.code";
    for round in 0..5 {
        let (one, other) = (open(), open());
        let (one, other) = tokio::join!(
            result(&one, "a", rebuild, json!({ "size": 100 + round })),
            result(&other, "a", rebuild, json!({ "size": 200 + round })),
        );
        assert!(
            [&one, &other].iter().all(|told| **told == json!(true) || **told == json!("conflict")),
            "{one} {other}"
        );
        assert!(one == json!(true) || other == json!(true), "{one} {other}");
        let count = "return RAG.get_stats().document_count";
        assert_eq!(result(&open(), "a", count, json!({})).await, json!(60));
    }
}
