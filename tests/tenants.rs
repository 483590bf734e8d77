//! What one tenant's spells do is nothing to another's, in one runtime.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use llmspell_wasm::audit::{Audit, verify};
use llmspell_wasm::model::Models;
use llmspell_wasm::policy::Policy;
use llmspell_wasm::{Config, Ending, Grants, Limits, Outcome, Runtime, Spell, Transcript};
use serde_json::{Value, json};

fn runtime() -> Arc<Runtime> {
    let mut config = Config::from_toml("", &|_| None).unwrap();
    (config.models, config.instances) = (Models::offline(), 8);
    Arc::new(Runtime::new(config).unwrap())
}

async fn run(runtime: &Runtime, tenant: &str, source: &str) -> Outcome {
    let mut spell = Spell::new("lua", "spell.lua", source);
    spell.tenant = tenant.into();
    runtime.run(spell, Grants::local(), Limits::default()).await
}

fn result(outcome: Outcome) -> Value {
    assert_eq!(outcome.ending, Ending::Completed, "{:?}", outcome.error);
    outcome.result.unwrap_or_default()
}

/// Hears all there is until it hears that it is over, and tells it.
const LISTEN: &str = r#"
local heard, id = {}, Event.subscribe("**")
Event.subscribe("**", function(event) heard[#heard + 1] = event.data end)
Event.record("**")
Event.emit("ready", "ready")
while true do
  local event = Event.receive(id, 10000)
  heard[#heard + 1] = event and event.data or "nothing"
  if not event or event.type == "over" then break end
end
return JSON.stringify(heard)
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_reach_the_tenants_own_spells_and_no_others() {
    let runtime = runtime();
    // Names that are near to each other, and to patterns.
    let tenants = ["acme", "acme.", "acme:*", "*", "ACME", ""];
    let listeners: Vec<_> = tenants
        .map(|tenant| {
            let runtime = runtime.clone();
            tokio::spawn(async move { result(run(&runtime, tenant, LISTEN).await) })
        })
        .into_iter()
        .collect();
    for tenant in tenants {
        // Until its listener is there, then a canary in all that an event carries.
        let source = format!(
            "while select(2, Event.emit('hello', 'hello')) == 0 do util.sleep(5) end
            Event.emit {{ type = 'secret.canary', data = 'canary of <{tenant}>', tags = {{ 'canary of <{tenant}>' }},
              metadata = {{ note = 'canary of <{tenant}>' }}, priority = 'critical' }}
            Event.emit {{ type = 'over', data = 'over for <{tenant}>', priority = 'low' }}"
        );
        result(run(&runtime, tenant, &source).await);
    }
    for (tenant, listener) in tenants.iter().zip(listeners) {
        let heard = listener.await.unwrap().as_str().unwrap().to_string();
        for other in tenants {
            assert_eq!(heard.contains(&format!("<{other}>")), other == *tenant, "{tenant:?} heard {heard}");
        }
        assert!(heard.contains(&format!("canary of <{tenant}>")) && !heard.contains("nothing"), "{heard}");
    }
}

#[tokio::test]
async fn a_run_that_comes_later_hears_nothing_of_one_before() {
    let runtime = runtime();
    let before = "Event.subscribe('*') Event.record('*') Event.emit('canary', 'secret') Event.emit('canary', 'secret')";
    result(run(&runtime, "acme", before).await);
    let after = "local id = Event.subscribe('**')
        return { Event.receive(id, 1) == nil, #Event.list_subscriptions(), select(2, pcall(Event.replay, 2)).code, #Hook.list(), Event.stats().queued }";
    assert_eq!(result(run(&runtime, "acme", after).await), json!([true, 1, "not-found", 0, 0]));
}

#[tokio::test]
async fn a_spell_can_not_reach_what_another_spell_of_its_tenant_subscribed_to() {
    let runtime = runtime();
    let holds = "local id = Event.subscribe('*') Event.emit('mine', 1)
        while not Event.receive(id, 10).type == 'go' do end
        util.sleep(50) return Event.list_subscriptions()[1].id";
    let reaches = "for id = 1, 300 do
          if Event.unsubscribe(id) or pcall(Event.receive, id, 0) then return id end
        end
        return #Event.list_subscriptions()";
    let (held, reached) = tokio::join!(run(&runtime, "t", holds), run(&runtime, "t", reaches));
    assert_eq!((result(held), result(reached)), (json!(1), json!(0)));
}

#[tokio::test]
async fn a_flood_of_one_run_leaves_another_its_important_events() {
    let runtime = runtime();
    let listens = "local id = Event.subscribe('**')
        while true do
          util.sleep(20)
          local first = Event.receive(id, 1000)
          if first.type == 'over' then return { Event.stats().dropped > 1000, Event.stats().queued <= 1000 } end
        end";
    let floods = "while select(2, Event.emit('hello', 'hello')) == 0 do util.sleep(5) end
        for i = 1, 5000 do Event.emit('flood', i) end
        Event.emit('over', { priority = 'critical', data = 1 })";
    let (heard, _) = tokio::join!(run(&runtime, "t", listens), run(&runtime, "t", floods));
    assert_eq!(result(heard), json!([true, true]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_reach_other_runs_only_where_both_policies_say_so() {
    let runtime = runtime();
    // Each emits until it hears that it may end; what it heard of the other is its result.
    let talk = |own: &str, other: &str| {
        format!(
            "local heard, id = {{}}, Event.subscribe('**')
            for _ = 1, 400 do
              Event.emit('open.{own}', 1) Event.emit('closed.{own}', 1)
              local event = Event.receive(id, 5)
              while event do
                heard[event.type] = true
                event = Event.receive(id, 0)
              end
              if heard['open.{other}'] then break end
            end
            Event.emit('open.{own}', 1) Event.emit('closed.{own}', 1)
            local names = {{}}
            for name in pairs(heard) do names[#names + 1] = name end
            table.sort(names) return names"
        )
    };
    let run = |source: String, policy: &str| {
        let (runtime, heard) = (runtime.clone(), Transcript::default());
        let grants = Grants::local().within(Policy::parse("events.toml", policy).unwrap());
        let spell = Spell { listener: Box::new(heard.clone()), ..Spell::new("lua", "talk.lua", &source) };
        async move { (result(runtime.run(spell, grants, Limits::default()).await), heard.heard().notices) }
    };
    let ((a, a_told), (b, _)) = tokio::join!(
        run(talk("a", "b"), "[events]\nallow = [\"open.*\"]\n"),
        run(talk("b", "a"), "[events]\nemit = [\"open.*\", \"closed.*\"]\nsubscribe = [\"open.a\"]\n"),
    );
    assert_eq!(a, json!(["closed.a", "open.a", "open.b"]));
    assert_eq!(b, json!(["closed.b", "open.a", "open.b"]));
    let told = "the event for other runs 'closed.a' is not granted: [events] emit in events.toml would grant it";
    assert_eq!(a_told, [told]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_taken_in_bars_events_to_other_runs_and_not_those_of_the_run_itself() {
    let runtime = runtime();
    let listens = "local heard, id = {}, Event.subscribe('**')
        local event = Event.receive(id, 10000)
        while event do
          heard[event.type] = true
          event = Event.receive(id, 500)
        end
        local names = {}
        for name in pairs(heard) do names[#names + 1] = name end
        table.sort(names) return names";
    let emits = "while select(2, Event.emit('hello')) == 0 do util.sleep(5) end
        local own = Event.subscribe('**')
        State.load('global', 'x')
        Event.emit('barred') Tool.execute('calculator', {input = '1'})
        local names = {}
        for _, event in ipairs(Event.receive_batch(own)) do names[event.type] = true end
        return {names.barred, names['tool.completed']}";
    let policy = "[tools]\nallow = [\"*\"]\n[state]\nallow = [\"*\"]\n[events]\nallow = [\"*\"]\n[taint]\nevents = {unless = [\"state\"]}\n";
    let policy = Policy::parse("taint.toml", policy).unwrap();
    let spell = Spell { tenant: "t".into(), ..Spell::new("lua", "emits.lua", emits) };
    let (heard, own) = tokio::join!(
        run(&runtime, "t", listens),
        runtime.run(spell, Grants::local().within(policy), Limits::default())
    );
    assert_eq!(result(own), json!([true, true]));
    assert_eq!(result(heard), json!(["hello"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_a_hook_renames_or_that_is_replayed_is_authorised_under_its_new_name() {
    let (runtime, folder) = (runtime(), tempfile::tempdir().unwrap());
    let path = folder.path().join("audit.jsonl");
    let listens = "local heard, id = {}, Event.subscribe('**')
        while true do
          local event = Event.receive(id, 10000)
          heard[event and event.type or 'nothing'] = true
          if not event or event.type == 'over' then break end
        end
        local names = {}
        for name in pairs(heard) do names[#names + 1] = name end
        table.sort(names) return names";
    let emits = "while select(2, Event.emit('open.hello')) == 0 do util.sleep(5) end
        local id = Event.subscribe('closed.*')
        Hook.register('event:before_emit', function(context)
          local event = context.data
          if event.type == 'open.redirected' then return { type = 'redirect', target = 'closed.redirected' } end
          if event.type == 'open.modified' then
            event.type = 'closed.modified'
            return { type = 'modified', data = event }
          end
        end)
        local recording = Event.record('closed.modified')
        Event.emit('open.redirected') Event.emit('open.modified') Event.emit('open.kept')
        Event.replay(recording)
        Event.emit('over')
        local own = {}
        for i, event in ipairs(Event.receive_batch(id)) do own[i] = event.type end
        return own";
    let told = Transcript::default();
    let policy =
        "[events]\nemit = [\"open.*\", \"over\"]\nsubscribe = [\"closed.*\"]\n[hooks]\nallow = [\"event:*\"]\n";
    let policy = Policy::parse("events.toml", policy).unwrap();
    let spell = Spell {
        listener: Box::new(told.clone()),
        audit: Some(Audit::open(&path).unwrap()),
        tenant: "t".into(),
        ..Spell::new("lua", "emits.lua", emits)
    };
    let (heard, own) = tokio::join!(
        run(&runtime, "t", listens),
        runtime.run(spell, Grants::local().within(policy), Limits::default())
    );
    assert_eq!(result(own), json!(["closed.redirected", "closed.modified", "closed.modified"]));
    assert_eq!(result(heard), json!(["open.hello", "open.kept", "over"]));
    let denied =
        "the event for other runs 'closed.redirected' is not granted: [events] emit in events.toml would grant it";
    assert_eq!(told.heard().notices, [denied]);
    let audit = std::fs::read_to_string(&path).unwrap();
    let lines = audit.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let decided: Vec<Value> = lines
        .filter(|line| line["call"] == "event.emit")
        .map(|line| json!([line["decision"], line["what"]["events"][0]]))
        .collect();
    let expected = json!([
        ["granted", "open.hello"],
        ["granted", "open.redirected"],
        ["denied", "closed.redirected"],
        ["granted", "open.modified"],
        ["denied", "closed.modified"],
        ["granted", "open.kept"],
        ["granted", "over"],
    ]);
    assert_eq!(Value::from(decided), expected);
    // The replayed event was decided about once more.
    let repeated = audit.lines().rev().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let repeated = repeated.into_iter().find(|line| line["call"] == "run.repeated").unwrap();
    let replayed = audit.lines().position(|line| line.contains("closed.modified")).unwrap() + 1;
    assert_eq!(repeated["what"]["times"][replayed.to_string()], 2, "{audit}");
}

#[tokio::test]
async fn policies_of_the_configuration_are_read_again_and_a_broken_edit_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let write = |text: &str| std::fs::write(folder.path().join("operator.toml"), text).unwrap();
    write("[models]\nallow = [\"default/one\"]\n");
    std::fs::write(folder.path().join("llmspell.toml"), "[policy]\noperator = \"operator.toml\"\n").unwrap();
    let mut config = Config::load(Some(&folder.path().join("llmspell.toml")), &|_| None).unwrap();
    (config.models, config.instances) = (Models::offline(), 1);
    let runtime = Runtime::new(config).unwrap();
    let ask = async || {
        let heard = Transcript::default();
        let source = "local function may(model) return (pcall(llm.agent, { model = model })) end return { may('one'), may('two') }";
        let spell = Spell { listener: Box::new(heard.clone()), ..Spell::new("lua", "ask.lua", source) };
        (result(runtime.run(spell, Grants::local(), Limits::default()).await), heard.heard().notices)
    };
    assert_eq!(ask().await, (json!([true, false]), vec![]));
    write("[models]\nallow = [\"default/two\"]\n");
    let (may, told) = ask().await;
    assert!(may == json!([false, true]) && told[0].contains("what it says now holds"), "{told:?}");
    write("[models]\nallow = [\"**\"]\n");
    let (may, told) = ask().await;
    assert!(may == json!([false, true]) && told[0].contains("operator.toml:2:10: [models] allow: '**'"), "{told:?}");
    assert_eq!(ask().await, (json!([false, true]), vec![]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_runs_at_once_write_one_audit_and_one_that_can_not_ends() {
    let (runtime, folder) = (runtime(), tempfile::tempdir().unwrap());
    let path = folder.path().join("audit.jsonl");
    let audit = Audit::open(&path).unwrap();
    let run = |tenant: usize| {
        let source = "for _ = 1, 20 do pcall(llm.agent, { model = 'a/b' }) local _ = env.HOME end print('done')";
        let mut spell = Spell::new("lua", "spell.lua", source);
        (spell.tenant, spell.audit) = (tenant.to_string(), Some(audit.clone()));
        runtime.run(spell, Grants::local(), Limits::default())
    };
    for outcome in futures::future::join_all((0..10).map(run)).await {
        assert_eq!(outcome.ending, Ending::Completed, "{:?}", outcome.error);
    }
    let found = verify(&path).unwrap();
    // Of each: where it begins and ends, two decisions, and how often they were met.
    assert_eq!((found.lines, found.problems), (10 * (2 + 2 + 1), vec![]));
    let again = std::fs::read_to_string(&path).unwrap();
    let again: Vec<serde_json::Value> = again.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let again: Vec<_> = again.iter().filter(|line| line["call"] == "run.repeated").collect();
    let twenty =
        |line: &serde_json::Value| line["what"]["times"].as_object().unwrap().values().all(|times| times == 20);
    assert!(again.len() == 10 && again.iter().all(|line| twenty(line)), "{again:?}");
    // The file is removed: nothing more is granted, not even to begin.
    std::fs::remove_file(&path).unwrap();
    let outcome = run(1).await;
    let message = outcome.error.unwrap().message;
    assert!(outcome.ending == Ending::HostFault && message.contains("moved away"), "{message}");
}
