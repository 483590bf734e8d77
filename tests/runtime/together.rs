//! Spells of several tenants in one process: none keeps the others waiting, and none brings them down.

use std::sync::Arc;
use std::time::Duration;

use llmspell_wasm::{CancellationToken, Ending, Grants, Level, Limits, Listener, Spell};
use serde_json::Value;

use super::runtime;

/// On one thread a spell that never waits gives it up all the same: every small one comes to its end meanwhile.
#[tokio::test]
async fn a_busy_spell_lets_others_run() {
    for (language, endless) in [("lua", "while true do end"), ("javascript", "for (;;) {}")] {
        let runtime = Arc::new(runtime(3));
        let cancel = CancellationToken::new();
        let mut busy = Spell::new(language, "busy", endless);
        (busy.tenant, busy.cancel) = ("busy".into(), cancel.clone());
        let (own, limits) = (runtime.clone(), Limits { fuel: u64::MAX, ..Limits::default() });
        let busy = tokio::spawn(async move { own.run(busy, Grants::default(), limits).await });
        tokio::task::yield_now().await;
        for _ in 0..20 {
            let outcome = runtime.run(Spell::new(language, "small", "return 1"), Grants::default(), Limits::default());
            assert_eq!(outcome.await.ending, Ending::Completed);
            assert!(!busy.is_finished());
        }
        cancel.cancel();
        assert_eq!(busy.await.unwrap().ending, Ending::Cancelled);
    }
}

/// Panics where the host calls it, in the middle of an import.
struct Panics;

impl Listener for Panics {
    fn output(&mut self, _: &[u8]) -> std::io::Result<()> {
        panic!("the listener's own fault")
    }
    fn log(&mut self, _: Level, _: &str, _: Option<&Value>) -> std::io::Result<()> {
        panic!("the listener's own fault")
    }
    fn notice(&mut self, _: &str) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_panic_in_an_import_ends_that_run_and_no_other() {
    let runtime = runtime(4);
    for source in ["Event.subscribe('x', print) Event.emit('x') util.sleep(1)", "print 'x'", "Logger.warn('x')"] {
        let mut bad = Spell::new("lua", "bad.lua", source);
        bad.listener = Box::new(Panics);
        let good = "Event.subscribe('x', print) for i = 1, 20 do Event.emit('x') util.sleep(1) end return 7";
        let good = || runtime.run(Spell::new("lua", "good.lua", good), Grants::local(), Limits::default());
        let (bad, one, two) = tokio::join!(runtime.run(bad, Grants::local(), Limits::default()), good(), good());
        assert_eq!(bad.ending, Ending::HostFault, "{:?}", bad.error);
        assert!(bad.error.unwrap().message.contains("the listener's own fault"));
        for outcome in [one, two, good().await] {
            assert_eq!((outcome.ending, outcome.result), (Ending::Completed, Some(7.into())), "{:?}", outcome.error);
        }
    }
}

#[tokio::test]
async fn a_tenant_at_its_limit_waits_for_itself() {
    let mut config = llmspell_wasm::Config::from_toml("tenant_runs = 1\ninstances = 3", &|_| None).unwrap();
    config.models = llmspell_wasm::model::Models::offline();
    let runtime = Arc::new(llmspell_wasm::Runtime::new(config).unwrap());
    let of = |tenant: &str, source: &str| {
        let mut spell = Spell::new("lua", "spell.lua", source);
        spell.tenant = tenant.into();
        spell
    };
    let (own, cancel) = (runtime.clone(), CancellationToken::new());
    let mut first = of("a", "util.sleep(3600000)");
    first.cancel = cancel.clone();
    let first = tokio::spawn(async move { own.run(first, Grants::default(), Limits::default()).await });
    tokio::time::sleep(Duration::from_millis(1)).await;
    let second = runtime.run(of("a", "return 1"), Grants::default(), Limits::default());
    tokio::pin!(second);
    assert!(futures::poll!(&mut second).is_pending());
    let other = runtime.run(of("b", "return 1"), Grants::default(), Limits::default()).await;
    assert_eq!(other.ending, Ending::Completed);
    assert!(futures::poll!(&mut second).is_pending());
    cancel.cancel();
    assert_eq!((first.await.unwrap().ending, second.await.ending), (Ending::Cancelled, Ending::Completed));
}
