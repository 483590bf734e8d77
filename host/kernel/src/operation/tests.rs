use super::*;
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use llmspell_base::Limits;

use crate::CallContext;
use crate::testing;

fn start<Work>(work: impl FnOnce(CallContext) -> Work) -> Operation
where
    Work: Future<Output = Result> + Send + 'static,
{
    let (cx, channel) = testing::run(Limits::default(), ()).context_at(0);
    Operation::start(1, OperationSlots::default(), channel, tracing::Span::none(), Box::pin(work(cx)))
}

async fn step(operation: &mut Operation) -> Step {
    poll_fn(|context| operation.poll_step(context)).await
}

async fn done(operation: &mut Operation) -> Result {
    match step(operation).await {
        Step::Done(result) => result.map(|text| serde_json::from_str(&text).unwrap()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn after_done_it_is_closed_and_stays_so() {
    let mut operation = start(async |_| Ok(Value::from(7)));
    assert_eq!(done(&mut operation).await, Ok(Value::from(7)));
    operation.cancel().await;
    for _ in 0..2 {
        assert_eq!(done(&mut operation).await.unwrap_err().code, "closed");
    }
}

#[tokio::test]
async fn cancel_and_drop_stop_the_work() {
    for drop_it in [true, false] {
        let alive = Arc::new(());
        let inside = alive.clone();
        let mut operation = start(async move |_| {
            let _inside = inside;
            std::future::pending().await
        });
        tokio::task::yield_now().await;
        if drop_it {
            drop(operation);
            tokio::task::yield_now().await;
        } else {
            operation.cancel().await;
            assert_eq!(Arc::strong_count(&alive), 1);
            assert_eq!(done(&mut operation).await.unwrap_err().code, "cancelled");
        }
        assert_eq!(Arc::strong_count(&alive), 1);
    }
}

#[tokio::test]
async fn a_panic_in_the_work_is_a_failure() {
    let mut operation = start(async |_| panic!("a bug"));
    assert_eq!(done(&mut operation).await.unwrap_err().code, "internal");
}

#[tokio::test]
async fn pieces_of_text_that_queued_up_are_one_and_keep_their_place() {
    let mut operation = start(async |cx| {
        cx.text("a").await?;
        cx.text("b").await?;
        cx.chunk(json!({ "n": 1 })).await?;
        cx.text("c").await?;
        Ok(json!("end"))
    });
    tokio::task::yield_now().await;
    for expected in [json!({ "text": "ab" }), json!({ "n": 1 }), json!({ "text": "c" })] {
        assert!(
            matches!(step(&mut operation).await, Step::Chunk(text) if serde_json::from_str::<Value>(&text).ok() == Some(expected))
        );
    }
    assert_eq!(done(&mut operation).await, Ok(json!("end")));
}

#[tokio::test]
async fn a_call_is_answered_once_and_knows_its_depth() {
    let run = testing::run(Limits::default(), ());
    let (cx, channel) = run.context_at(2);
    let work = async move { cx.call_function(9, json!("x")).await };
    let mut operation = Operation::start(1, OperationSlots::default(), channel, tracing::Span::none(), Box::pin(work));
    let Step::Call { id, handler: 9, arguments } = step(&mut operation).await else { panic!() };
    assert_eq!((arguments, run.depth(Some(id)), run.depth(None)), ("\"x\"".to_owned(), 3, 0));
    operation.answer(id + 1, Ok(json!("not asked")));
    operation.answer(id, Ok(json!("y")));
    operation.answer(id, Ok(json!("too late")));
    assert_eq!(done(&mut operation).await, Ok(json!("y")));
    assert_eq!(run.depth(Some(id)), 0);
}

#[tokio::test(start_paused = true)]
async fn a_handler_has_its_time_from_when_it_is_given() {
    let mut operation = start(async |cx| cx.call_function(1, Value::Null).await);
    tokio::time::sleep(Duration::from_secs(600)).await;
    let Step::Call { id, .. } = step(&mut operation).await else { panic!() };
    assert_eq!(done(&mut operation).await.unwrap_err().code, "timeout");
    operation.answer(id, Ok(Value::Null));
}

#[tokio::test]
async fn work_waits_for_a_spell_that_does_not_look() {
    let sent = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = sent.clone();
    let mut operation = start(async move |cx| {
        for n in 0..100 {
            cx.chunk(json!(n)).await?;
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
        Ok(Value::Null)
    });
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
    assert_eq!(sent.load(std::sync::atomic::Ordering::Relaxed), 16);
    for n in 0..100 {
        assert!(matches!(step(&mut operation).await, Step::Chunk(text) if text == n.to_string()));
    }
    assert_eq!(done(&mut operation).await, Ok(Value::Null));
}

#[tokio::test]
async fn results_that_are_not_fetched_count_against_the_run() {
    let run = testing::run(Limits { host_memory_bytes: 1_000, ..Limits::default() }, ());
    let memory = run.memory().clone();
    let begin = |number| {
        let (_, channel) = run.context_at(0);
        Operation::start(
            number,
            OperationSlots::default(),
            channel,
            tracing::Span::none(),
            Box::pin(async { Ok(json!("x".repeat(600))) }),
        )
    };
    let (mut first, mut second) = (begin(1), begin(2));
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert_eq!(done(&mut second).await.unwrap_err().code, "handles");
    assert!(done(&mut first).await.is_ok() && memory.take(1_000).is_ok());
}
