//! The doubles, through the same interface as a provider.

use super::super::*;
use super::server::question;

#[tokio::test]
async fn the_offline_double_says_that_it_is_one() {
    let models = Models::offline();
    assert_eq!(models.double(), Some("offline-double"));
    let name = models.resolve(None, Some("nobody/gpt-4")).unwrap();
    let mut settings = question("What is\u{a0}it?");
    settings.settings.seed = Some(1);
    let reply = models.ask(&name, settings).await.unwrap();
    assert_eq!(reply.text, "[offline] No model was asked. \"gpt-4\" would have been given: What is\u{a0}it?");
    assert_eq!((reply.provider.as_str(), reply.model.as_str()), ("offline-double", "gpt-4"));
    assert_eq!(reply.usage.input_tokens, Some(3));
    assert_eq!(reply.usage.cost, None);
    let long = models.ask(&name, question(&"é".repeat(201))).await.unwrap().text;
    assert!(long.ends_with(&format!("{}…", "é".repeat(200))));
    assert_eq!(models.resolve(None, None).unwrap().to_string(), "default/default");
}

#[tokio::test]
async fn the_scripted_double_answers_like_a_provider() {
    let script = r#"{"text": "Hello.", "usage": {"input_tokens": 3, "output_tokens": 1}, "delay_ms": 5}
        {"tool_calls": [{"name": "add", "arguments": {"a": 1}}]}
        {"error": {"status": 429, "message": "slow down"}}
        {"text": "too many", "usage": {"input_tokens": 18446744073709551615, "output_tokens": 1}}"#;
    let models = Models::scripted(Script::parse(script).unwrap());
    let name = models.resolve(None, Some("openai/gpt-4")).unwrap();
    let ask = || models.ask(&name, question("hi"));
    let reply = ask().await.unwrap();
    assert_eq!(reply.text, "Hello.");
    assert_eq!((reply.provider.as_str(), reply.model.as_str()), ("scripted-double", "gpt-4"));
    assert_eq!(reply.usage.total_tokens, Some(4));
    let error = ask().await.unwrap_err();
    assert_eq!(error.code().word(), "provider");
    assert!(error.to_string().contains("called the tool 'add'"), "{error}");
    let error = ask().await.unwrap_err();
    assert_eq!(
        (error.code().word(), error.to_string().as_str()),
        ("rate-limited", "openai/gpt-4 answered 429: slow down")
    );
    assert_eq!(ask().await.unwrap().usage.total_tokens, None);
    let error = ask().await.unwrap_err();
    assert_eq!(
        (error.code().word(), error.to_string().as_str()),
        ("provider", "openai/gpt-4: model script: all 4 lines are used; the request was: hi")
    );
}
