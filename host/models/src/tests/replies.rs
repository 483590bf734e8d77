//! What a provider was asked, and what becomes of its answer.

use serde_json::{Value, json};

use super::super::*;
use super::server::*;

#[tokio::test]
async fn a_reply_has_text_usage_and_the_names_that_were_asked() {
    let reply = ask(ok(&chat(said("Hello there"), "stop", usage()))).await.unwrap();
    assert_eq!(reply.text, "Hello there");
    assert_eq!((reply.provider.as_str(), reply.model.as_str()), ("local", "m"));
    assert_eq!(reply.finish_reason.as_deref(), Some("stop"));
    assert_eq!(reply.usage.input_tokens, Some(9));
    assert_eq!(reply.usage.output_tokens, Some(3));
    assert_eq!(reply.usage.total_tokens, Some(12));
    assert_eq!(reply.usage.cost, None);
}

#[tokio::test]
async fn everything_asked_reaches_the_provider() {
    let (url, seen) = server(ok(&chat(said("ok"), "stop", usage()))).await;
    let models = Models::new(vec![provider("local", Some(&url), Some(CANARY))], None, CAP).unwrap();
    let message = |role, content: &str| Message::text(role, content);
    let question = Question {
        system: Some("Be brief.".to_owned()),
        messages: vec![
            message(Role::User, "one"),
            message(Role::Assistant, "two"),
            message(Role::System, "three"),
            message(Role::User, "four"),
        ],
        settings: Settings {
            temperature: Some(0.5),
            max_tokens: Some(7),
            top_p: Some(0.25),
            stop: vec!["END".to_owned()],
            seed: Some(42),
            reasoning: None,
        },
    };
    let name = models.resolve(Some("local"), Some("org/m")).unwrap();
    models.ask(&name, question).await.unwrap();
    let request = seen.lock().unwrap().first().unwrap().clone();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /v1/chat/completions "), "{head}");
    assert!(head.contains(&format!("authorization: Bearer {CANARY}")));
    let body: Value = serde_json::from_str(body).unwrap();
    let messages: Vec<_> = (body["messages"].as_array().unwrap().iter())
        .map(|message| (message["role"].as_str().unwrap(), message["content"].to_string()))
        .collect();
    let roles: Vec<_> = messages.iter().map(|message| message.0).collect();
    assert_eq!(roles, ["system", "user", "assistant", "system", "user"]);
    for (message, text) in messages.iter().zip(["Be brief.", "one", "two", "three", "four"]) {
        assert!(message.1.contains(text), "{message:?}");
    }
    for (field, value) in [
        ("model", json!("org/m")),
        ("temperature", json!(0.5)),
        ("max_tokens", json!(7)),
        ("top_p", json!(0.25)),
        ("stop", json!(["END"])),
        ("seed", json!(42)),
    ] {
        assert_eq!(body[field], value, "{field}");
    }
}

#[tokio::test]
async fn a_server_without_a_key_is_sent_none() {
    let (url, seen) = server(ok(&chat(said("ok"), "stop", usage()))).await;
    ask_url(&url, None).await.unwrap();
    let request = seen.lock().unwrap().first().unwrap().to_lowercase();
    assert!(!request.contains("authorization"), "{request}");
}

#[tokio::test]
async fn a_key_echoed_in_a_reply_is_taken_out() {
    let body = chat(said(&format!("You sent {CANARY}!")), &format!("{CANARY}?"), usage());
    let reply = ask(ok(&body)).await.unwrap();
    assert_eq!(reply.text, "You sent [redacted]!");
    assert_eq!(reply.finish_reason.as_deref(), Some("[redacted]?"));
}

#[tokio::test]
async fn unbelievable_usage_is_not_reported() {
    for usage in [
        json!(null),
        json!({}),
        json!([1, 2]),
        json!({"prompt_tokens": -1, "completion_tokens": -2, "total_tokens": -3}),
        json!({"prompt_tokens": 1e300, "completion_tokens": "3", "total_tokens": []}),
        json!({"prompt_tokens": u64::MAX, "completion_tokens": u64::MAX, "total_tokens": u64::MAX}),
    ] {
        let reply = ask(ok(&chat(said("ok"), "stop", usage))).await.unwrap();
        assert_eq!(reply.usage, Usage::default());
    }
}

#[tokio::test]
async fn a_reply_cut_before_its_first_word_is_empty() {
    for finish in ["length", "content_filter"] {
        let reply = ask(ok(&chat(said(""), finish, usage()))).await.unwrap();
        assert_eq!((reply.text.as_str(), reply.finish_reason.as_deref()), ("", Some(finish)));
    }
}

#[tokio::test]
async fn an_unknown_finish_reason_is_passed_on() {
    let reply = ask(ok(&chat(said("ok"), "weary\u{1b}", usage()))).await.unwrap();
    assert_eq!(reply.finish_reason.as_deref(), Some("weary "));
}

#[tokio::test]
async fn a_tool_call_without_tools_is_an_error() {
    let message = json!({"role": "assistant", "content": null, "tool_calls": [
        {"id": "1", "type": "function", "function": {"name": "rm", "arguments": "{}"}}]});
    let (code, message) = failure(ok(&chat(message, "tool_calls", usage()))).await;
    assert_eq!(
        (code, message.as_str()),
        ("provider", "local/m: the model called the tool 'rm', but it was offered no tools")
    );
}

#[tokio::test]
async fn what_is_no_chat_reply_is_an_error() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for body in [
        "",
        "hello",
        "<html>sign in</html>",
        "null",
        "[]",
        "{}",
        r#"{"choices": []}"#,
        r#"{"choices": 3}"#,
        r#"{"choices": [null]}"#,
        r#"{"choices": [{"index": 0, "message": {"content": 7}, "finish_reason": "stop"}]}"#,
        r#"{"choices": [{"index": 0, "message": {"content": ""}, "finish_reason": "stop"}]}"#,
        r#"{"choices": [{"index": -1, "message": 7, "finish_reason": {}}]}"#,
        "\u{0}\u{1}\u{2}",
        &deep,
    ] {
        let (code, message) = failure(ok(body)).await;
        assert_eq!(code, "provider", "{body}: {message}");
        assert!(message.chars().count() < 400, "{message}");
    }
    let error = ask(Deed::Write(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec())).await.unwrap_err();
    assert_eq!(error.code().word(), "provider");
}

#[tokio::test]
async fn a_question_ends_with_the_user() {
    let models = Models::offline();
    let name = models.resolve(None, None).unwrap();
    let mut wrong = question("hi");
    wrong.messages[0].role = Role::Assistant;
    let mut empty = question("hi");
    empty.messages.clear();
    for question in [wrong, empty] {
        assert_eq!(models.ask(&name, question).await.unwrap_err().code().word(), "invalid");
    }
}
