//! Which provider and model a name means.

use serde_json::json;

use super::super::*;
use super::server::*;

#[tokio::test]
async fn a_missing_or_broken_key_is_auth_before_any_request() {
    for (key, message) in [
        (None, "openai has no key: set LOCAL_KEY".to_owned()),
        (
            Some(format!("{CANARY}\n")),
            "openai has no key: the text in LOCAL_KEY is empty or holds spaces, line breaks or other characters that no key has".to_owned(),
        ),
    ] {
        let models = Models::new(vec![provider("openai", None, key.as_deref())], None, CAP).unwrap();
        let name = models.resolve(None, Some("gpt-4")).unwrap();
        let error = models.ask(&name, question("hi")).await.unwrap_err();
        assert_eq!((error.code().word(), error.to_string()), ("auth", message));
        assert_eq!(error.details(), json!({"provider": "openai"}));
    }
}

#[tokio::test]
async fn a_key_that_was_promised_is_not_done_without() {
    let mut local = provider("local", Some("http://127.0.0.1:9/v1"), None);
    local.key_env = Some("LOCAL_KEY".to_owned());
    let models = Models::new(vec![local], None, CAP).unwrap();
    let name = models.resolve(Some("local"), Some("m")).unwrap();
    let error = models.ask(&name, question("hi")).await.unwrap_err();
    assert_eq!(error.to_string(), "local has no key: set LOCAL_KEY");
}

#[test]
fn names_resolve_to_a_provider_and_a_model() {
    let mut openai = provider("openai", None, None);
    openai.default_model = Some("gpt-4".to_owned());
    let local = provider("local", Some("http://localhost:1/v1"), None);
    let models = Models::new(vec![openai, local], None, CAP).unwrap();
    for (provider, model, wanted) in [
        (None, None, "openai/gpt-4"),
        (None, Some("o3"), "openai/o3"),
        (None, Some("local/org/m:8b"), "local/org/m:8b"),
        (Some("local"), Some("org/m"), "local/org/m"),
        (Some("openai"), None, "openai/gpt-4"),
    ] {
        assert_eq!(models.resolve(provider, model).unwrap().to_string(), wanted);
    }
    for (provider, model, code, message) in [
        (
            None,
            Some("opneai/x"),
            "not-found",
            "there is no provider 'opneai'; did you mean 'openai'? (a model is written provider/model)",
        ),
        (
            None,
            Some("org/m"),
            "not-found",
            "there is no provider 'org'; known are: local, openai (a model is written provider/model)",
        ),
        (
            Some("local"),
            None,
            "invalid",
            "no model is named, and provider 'local' has no default_model: name one, as in \"local/MODEL\"",
        ),
        (
            None,
            Some(""),
            "invalid",
            "'' is no model name: it is empty, over 200 characters or holds control characters",
        ),
        (
            None,
            Some("local/"),
            "invalid",
            "'' is no model name: it is empty, over 200 characters or holds control characters",
        ),
    ] {
        let error = models.resolve(provider, model).unwrap_err();
        assert_eq!((error.code().word(), error.to_string().as_str()), (code, message));
    }
    assert!(models.resolve(None, Some(&"x".repeat(201))).is_err());
}

#[test]
fn a_name_is_the_same_in_an_address() {
    let local = provider("local", Some("http://localhost:1/v1"), None);
    let models = Models::new(vec![local], None, CAP).unwrap();
    for name in ["./m", "x/../m", "../models/m", "x/.", "x\\..\\m", "m?x", "m#x", "m%2e", "%6d", ".", ".."] {
        let error = models.resolve(Some("local"), Some(name)).unwrap_err().to_string();
        assert!(error.contains("is no model name: it has a '\\', '?', '#' or '%' in it"), "{name}: {error}");
    }
    for name in ["...", "x.y", ".x", "x..y", "@cf/meta/llama", "ft:gpt-4o:org::id", "hf.co/u/m:Q4_K_M", "m@2024+b;c"] {
        assert_eq!(models.resolve(Some("local"), Some(name)).unwrap().model, name);
    }
}

#[test]
fn a_provider_list_that_contradicts_itself_is_invalid() {
    let local = || provider("local", Some("http://localhost:1/v1"), None);
    let error = |providers, default: Option<&str>| {
        let models = Models::new(providers, default.map(str::to_owned), CAP);
        models.err().unwrap().to_string()
    };
    assert_eq!(error(vec![local(), local()], None), "provider 'local' is configured twice");
    assert_eq!(
        error(vec![local()], Some("locale")),
        "there is no provider 'locale'; did you mean 'local'? (a model is written provider/model)"
    );
    assert_eq!(
        error(vec![provider("a/b", None, None)], None),
        "a provider's name must not be empty or hold a '/': \"a/b\""
    );
}
