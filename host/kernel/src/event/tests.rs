use super::*;

use std::time::Duration;

fn events(buses: &Buses, tenant: &str) -> Events {
    let all = || -> super::IsGranted { Box::new(|_| true) };
    let reach = super::Reach { emit: all(), subscribe: all() };
    Events::new(buses.of(tenant), Clock::starting_at(Duration::from_secs(1)), "lua", reach)
}

fn read(taken: Result<String>) -> Value {
    serde_json::from_str(&taken.unwrap()).unwrap()
}

fn draft(name: &str) -> Draft {
    Draft::parse(&json!({ "type": name, "data": name }).to_string()).unwrap()
}

#[test]
fn runs_of_a_tenant_receive_each_others_events_and_no_others() {
    let buses = Buses::default();
    let (a, b, other) = (events(&buses, "acme"), events(&buses, "acme"), events(&buses, "acme."));
    let heard = b.subscribe("*", None, "{}").unwrap();
    let foreign = other.subscribe("**", None, "{}").unwrap();
    assert_eq!(a.emit(draft("canary"), 0), 1);
    assert_eq!(read(b.take(heard, 10, usize::MAX))[0]["data"], "canary");
    assert_eq!(read(other.take(foreign, 10, usize::MAX)), json!([]));
    // One run can't reach into another's subscriptions.
    assert_eq!(a.take(heard, 1, usize::MAX).unwrap_err().code, "not-found");
    assert!(!a.unsubscribe(heard));
}

#[test]
fn a_run_that_is_over_leaves_nothing_on_the_bus() {
    let buses = Buses::default();
    let (a, b) = (events(&buses, "t"), events(&buses, "t"));
    for _ in 0..10 {
        b.subscribe("*", None, "{}").unwrap();
    }
    b.record("*", "{}").unwrap();
    assert_eq!(a.emit(draft("x"), 0), 10);
    b.close();
    assert_eq!((a.emit(draft("x"), 0), a.0.bus.is_heard()), (0, false));
    let gone = events(&buses, "t");
    gone.subscribe("*", None, "{}").unwrap();
    drop(gone);
    assert!(!a.0.bus.is_heard());
    drop((a, b));
    // Nor does a tenant that is gone: its bus begins anew.
    assert_eq!(buses.of("t").number(), 1);
}

#[test]
fn after_the_end_of_the_main_chunk_only_its_own_events_come_in() {
    let buses = Buses::default();
    let (a, b) = (events(&buses, "t"), events(&buses, "t"));
    let id = a.subscribe("*", None, "{}").unwrap();
    a.finish();
    assert_eq!((b.emit(draft("x"), 0), a.emit(draft("y"), 0)), (0, 1));
    assert_eq!(read(a.take(id, 10, usize::MAX)).as_array().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_is_woken_and_waits_no_longer_than_its_timeout() {
    let events = events(&Buses::default(), "t");
    let id = events.subscribe("*", None, "{}").unwrap();
    let late = tokio::spawn(events.clone().receive(id, Duration::from_secs(5)));
    tokio::time::sleep(Duration::from_secs(1)).await;
    events.emit(draft("x"), 0);
    assert_eq!(late.await.unwrap().unwrap()["type"], "x");
    assert_eq!(events.clone().receive(id, Duration::from_secs(5)).await, Ok(Value::Null));
    assert_eq!(events.clone().receive(id, Duration::ZERO).await, Ok(Value::Null));
}

#[test]
fn what_a_run_holds_is_counted_through_everything_that_changes_it() {
    let events = events(&Buses::default(), "t");
    let bytes = || events.stats()["queued_bytes"].as_u64().unwrap();
    let (first, second) = (events.subscribe("*", None, "{}").unwrap(), events.subscribe("a", Some(1), "{}").unwrap());
    let recording = events.record("*", "{}").unwrap();
    for name in ["a", "b", "a"] {
        events.emit(draft(name), 0);
    }
    assert!(bytes() > 8 * EVENT_BYTES as u64);
    assert_eq!(events.clear("b"), Ok(1));
    let before = bytes();
    events.take(first, 1, usize::MAX).unwrap();
    assert!(bytes() < before);
    events.0.run.subscriptions().next(Instant::now()).unwrap();
    for id in [first, second, recording] {
        assert!(events.unsubscribe(id));
    }
    assert_eq!((bytes(), events.0.bus.is_heard()), (0, false));
}

#[test]
fn there_is_one_inbox_at_a_time() {
    let events = events(&Buses::default(), "t");
    let inbox = events.open_inbox();
    assert!(inbox.is_ok() && events.open_inbox().is_err());
    drop(inbox);
    assert!(events.open_inbox().is_ok());
}
