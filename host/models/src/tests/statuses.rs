//! Providers that refuse.

use serde_json::json;

use super::server::*;

#[tokio::test]
async fn a_refused_key_is_auth_and_names_the_variable() {
    let body = r#"{"error":{"message":"Incorrect API key provided"}}"#;
    let error = ask_for("401 Unauthorized", "x-request-id: rq-9\r\n", body).await.unwrap_err();
    assert_eq!(error.code().word(), "auth");
    assert_eq!(error.to_string(), "local/m answered 401: Incorrect API key provided (check LOCAL_KEY)");
    assert_eq!(
        error.details(),
        json!({"provider": "local", "model": "m", "status": 401, "request_id": "rq-9", "attempts": 1})
    );
}

#[tokio::test]
async fn too_many_requests_is_rate_limited_and_says_when_to_come_back() {
    let body = r#"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#;
    let error = ask_for("429 Too Many Requests", "retry-after: 7\r\n", body).await.unwrap_err();
    assert_eq!(error.code().word(), "rate-limited");
    assert_eq!(error.to_string(), "local/m answered 429: slow down (try again in 7 s)");
    assert_eq!(error.details()["retry_after_seconds"], 7);
    let error = ask_for("429 Too Many Requests", "retry-after: -1\r\n", body).await.unwrap_err();
    assert_eq!(error.details().get("retry_after_seconds"), None);
}

#[tokio::test]
async fn other_statuses_have_their_code() {
    for (status, code, message) in [
        ("500 Internal Server Error", "provider", "local/m answered 500: boom"),
        ("404 Not Found", "not-found", "local/m answered 404: boom"),
        ("408 Request Timeout", "timeout", "local/m answered 408: boom"),
        ("422 Unprocessable Entity", "provider", "local/m answered 422: boom"),
    ] {
        for body in ["boom", r#"{"error": "boom"}"#, r#"{"detail": "boom"}"#] {
            let error = ask_for(status, "", body).await.unwrap_err();
            assert_eq!((error.code().word(), error.to_string().as_str()), (code, message));
        }
    }
    // What web servers say of a path that they don't know.
    for body in
        ["", "404 page not found", "<html>gone</html>", r#"{"detail": "Not Found"}"#, r#"{"error": "File Not Found"}"#]
    {
        let error = ask_for("404 Not Found", "", body).await.unwrap_err();
        assert_eq!(error.code().word(), "provider", "{body}");
        assert!(error.to_string().ends_with("(nothing is at that path: is its base_url right?)"), "{error}");
    }
    for said in ["Invalid model name passed in model=m", "model not found"] {
        let error = ask_for("400 Bad Request", "", &format!(r#"{{"error": "{said}"}}"#)).await.unwrap_err();
        assert_eq!((error.code().word(), error.to_string()), ("not-found", format!("local/m answered 400: {said}")));
    }
    let error =
        ask_for("400 Bad Request", "", r#"{"error": {"message": "No connected db.", "type": "no_db_connection"}}"#);
    assert!(error.await.unwrap_err().to_string().ends_with("No connected db. (LiteLLM says this of a wrong key)"));
    let error = ask_for("503 Service Unavailable", "", "").await.unwrap_err();
    assert_eq!(error.to_string(), "local/m answered 503: Service Unavailable");
}

#[tokio::test]
async fn a_key_echoed_in_an_error_is_taken_out() {
    let (code, message) = failure(Deed::Echo).await;
    assert_eq!(code, "provider");
    // `ask` looked for the key; this is that it had been there.
    assert!(message.contains("authorization: Bearer [redacted]"), "{message}");
}

#[tokio::test]
async fn an_escaped_key_is_taken_out_of_an_error_without_a_message() {
    let escaped: String = super::server::CANARY.chars().map(|sign| format!("\\u{:04x}", u32::from(sign))).collect();
    let error =
        ask_for("500 Internal Server Error", "", &format!(r#"{{"why": "{escaped}", "who": "me"}}"#)).await.unwrap_err();
    assert_eq!(error.to_string(), r#"local/m answered 500: {"why":"[redacted]","who":"me"}"#);
}

#[tokio::test]
async fn a_providers_text_is_cut_and_made_harmless() {
    let body = json!({"error": {"message": format!("\u{1b}[31mred\r\n{}", "x".repeat(100_000))}});
    let error = ask_for("400 Bad Request", "", &body.to_string()).await.unwrap_err();
    let message = error.to_string();
    assert!(message.chars().count() < 400 && !message.contains(['\u{1b}', '\r', '\n']), "{message}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (target, seen) = server(Deed::Hang).await;
    for status in ["301 Moved Permanently", "307 Temporary Redirect"] {
        let error = ask_for(status, &format!("location: {target}\r\n"), "").await.unwrap_err();
        assert_eq!(error.code().word(), "provider");
        let number = &status[..3];
        assert_eq!(
            error.to_string(),
            format!("local/m answered {number}: a redirect, which is not followed: base_url must be the final address")
        );
    }
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_endless_error_is_cut_and_keeps_its_status() {
    let mut reply = b"HTTP/1.1 500 Internal Server Error\r\n\r\n".to_vec();
    reply.extend(vec![b'x'; 4 * CAP]);
    let (code, message) = failure(Deed::Write(reply)).await;
    assert_eq!(code, "provider");
    assert!(message.starts_with("local/m answered 500: xxx"), "{message}");
}
