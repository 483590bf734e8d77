//! Providers that hang, break off or never stop.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use rig_core::http_client::HttpClientExt;
use serde_json::json;

use super::super::http::Http;
use super::super::*;
use super::caller::Caller;
use super::server::*;
use llmspell_base::Failure;
use llmspell_base::host_memory::HostMemory;

async fn timeout(deed: Deed, timeouts: Timeouts) -> (&'static str, String) {
    let (url, _) = server(deed).await;
    let provider = Provider { timeouts, ..provider("local", Some(&url), Some(CANARY)) };
    let error = ask_provider(provider).await.unwrap_err();
    (error.code().word(), error.to_string())
}

#[tokio::test]
async fn silence_is_a_timeout() {
    let short = Duration::from_millis(200);
    let (code, message) = timeout(Deed::Hang, Timeouts { first_byte: short, ..Timeouts::default() }).await;
    assert_eq!((code, message.as_str()), ("timeout", "local/m: nothing came within 0.2 s"));
    let stalls = Deed::Endless { pause: Duration::from_secs(60) };
    let (code, message) = timeout(stalls, Timeouts { read: short, ..Timeouts::default() }).await;
    assert_eq!((code, message.as_str()), ("timeout", "local/m: nothing more came within 0.2 s"));
}

#[tokio::test]
async fn a_trickle_ends_with_the_whole_timeout() {
    let (pause, whole) = (Duration::from_millis(50), Duration::from_millis(500));
    let (code, message) = timeout(Deed::Endless { pause }, Timeouts { whole, ..Timeouts::default() }).await;
    assert_eq!((code, message.as_str()), ("timeout", "local/m: the reply was not complete within 0.5 s"));
}

/// Asks for tokens that it never takes.
struct Unread;

#[async_trait]
impl ReplySink for Unread {
    async fn receive(&mut self, _delta: Delta) -> Result<(), Failure> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn an_unread_stream_gives_its_place_back() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n".to_vec();
    let part = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n";
    let stream = Deed::Drip { head, part, pause: Duration::from_millis(5) };
    let (url, _) = server_of(vec![stream, ok(&chat(said("hello"), "stop", usage()))]).await;
    let timeouts = Timeouts { whole: Duration::from_millis(300), ..Timeouts::default() };
    let one = Provider { timeouts, requests: 1, ..provider("local", Some(&url), None) };
    let models = Models::new(vec![one], None, CAP).unwrap();
    let name = models.resolve(None, Some("local/m")).unwrap();
    let mut conversation = Conversation::new(Run::new(name.clone(), "hi")).unwrap();
    let Step::Request(request) = conversation.next_step().unwrap() else { panic!("the model comes first") };
    let mut sink = Unread;
    let unread = models.exchange(request, Some(&mut sink));
    let (failed, reply) = tokio::join!(unread, async {
        // Behind it in the line for the one place.
        tokio::task::yield_now().await;
        models.ask(&name, question("hi")).await
    });
    let error = failed.err().unwrap().error;
    assert_eq!(
        (error.code().word(), error.to_string().as_str()),
        ("timeout", "local/m: the reply was not read within 0.3 s")
    );
    assert_eq!(reply.unwrap().text, "hello");
}

#[tokio::test]
async fn a_reply_over_the_cap_is_too_large() {
    let (code, message) = failure(Deed::Endless { pause: Duration::ZERO }).await;
    assert_eq!((code, message.as_str()), ("too-large", "local/m: the reply is over 262144 bytes"));
}

#[tokio::test]
async fn a_reply_of_too_many_values_is_too_large() {
    let (code, message) = failure(ok(&format!("[{}0]", "0,".repeat(CAP / 4)))).await;
    assert_eq!((code, message.as_str()), ("too-large", "local/m: the reply holds over 16384 JSON values"));
}

/// Asks for this reply where so much memory is left; gives the error, and what of the memory is free afterwards.
async fn asked_within(memory: usize, body: &str) -> (Option<(&'static str, String)>, bool) {
    let (url, _) = server(ok(body)).await;
    let models = Models::new(vec![provider("local", Some(&url), None)], None, CAP).unwrap();
    let name = models.resolve(None, Some("local/m")).unwrap();
    let free = HostMemory::new(memory);
    let run = Run { memory: free.clone(), ..Run::new(name, "hi") };
    let error = Caller::default().run(&models, run).await.err().map(|failed| failed.error);
    (error.map(|error| (error.code().word(), error.to_string())), free.take(memory).is_ok())
}

#[tokio::test]
async fn a_reply_that_is_read_takes_of_the_runs_memory() {
    let body = json!({"choices": [{"index": 0, "message": {"content": "x", "a": vec![json!({}); 1_000]}, "finish_reason": "stop"}]});
    let (error, is_free) = asked_within(800_000, &body.to_string()).await;
    let (code, message) = error.unwrap();
    assert_eq!((code, is_free), ("handles", true));
    assert!(message.contains("bytes of the host's memory"), "{message}");
    assert_eq!(asked_within(1_100_000, &body.to_string()).await, (None, true));
    let text = chat(said(&"x".repeat(100_000)), "stop", usage());
    assert_eq!(asked_within(400_000, &text).await, (None, true));
    assert_eq!(asked_within(300_000, &text).await.0.unwrap().0, "handles");
}

#[tokio::test]
async fn a_reply_of_many_parts_is_refused() {
    for (count, wanted) in [(1_000, None), (1_001, Some("too-large"))] {
        let parts = vec![json!({"type": "text", "text": "x"}); count];
        let body = json!({"id": "m", "type": "message", "role": "assistant", "content": parts, "stop_reason": "end_turn",
            "usage": {"input_tokens": 1, "output_tokens": 1}});
        let (url, _) = server(ok(&body.to_string())).await;
        let provider = Provider { kind: Kind::Anthropic, ..provider("local", Some(&url), Some(CANARY)) };
        assert_eq!(ask_provider(provider).await.err().map(|error| error.code().word()), wanted);
    }
}

#[tokio::test]
async fn a_reply_cut_in_the_middle_is_an_error() {
    let whole = answer("200 OK", "", &chat(said("Hello there"), "stop", usage()));
    let (code, message) = failure(Deed::Write(whole[..whole.len() - 20].to_vec())).await;
    assert_eq!(code, "provider");
    assert!(message.contains("the reply broke off: "), "{message}");
}

#[tokio::test]
async fn a_missing_server_is_reported_with_its_cause_and_without_the_url() {
    let error = ask_url("http://127.0.0.1:9/v1", Some(CANARY)).await.unwrap_err();
    assert_eq!(error.code().word(), "provider");
    assert_eq!(
        error.to_string(),
        "local/m: cannot connect: Connection refused (os error 111) (is the server running, at the provider's base_url?)"
    );
}

#[tokio::test]
async fn a_server_without_tls_is_not_asked_over_https() {
    let (url, seen) = server(Deed::Write(b"hello".to_vec())).await;
    let error = ask_url(&url.replace("http:", "https:"), Some(CANARY)).await.unwrap_err();
    assert_eq!(error.code().word(), "provider");
    assert!(!seen.lock().unwrap().concat().contains(CANARY));
}

#[tokio::test]
async fn the_cap_holds_while_streaming() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n".to_vec();
    let part: &str = Box::leak(format!(": {}\n\n", "x".repeat(8_000)).into_boxed_str());
    let (url, _) = server(Deed::Drip { head, part, pause: Duration::ZERO }).await;
    let client = Http::new(&provider("local", Some(&url), None), CAP).unwrap();
    let request = ::http::Request::get(url).body(Bytes::new()).unwrap();
    let mut body = client.send_streaming(request).await.unwrap().into_body();
    let mut received = 0;
    let error = loop {
        match body.next().await.unwrap() {
            Ok(chunk) => received += chunk.len(),
            Err(error) => break error.to_string(),
        }
    };
    assert!(received <= 8 * CAP);
    assert!(error.contains("the reply is over 2097152 bytes"), "{error}");
    // A whole reply in place of the stream has the cap of whole replies.
    let (url, _) = server(Deed::Endless { pause: Duration::ZERO }).await;
    let client = Http::new(&provider("local", Some(&url), None), CAP).unwrap();
    let request = ::http::Request::get(url).body(Bytes::new()).unwrap();
    let error = client.send_streaming(request).await.err().unwrap().to_string();
    assert!(error.contains("the reply is over 262144 bytes"), "{error}");
}
