use std::path::Path;

use super::*;
use llmspell_models::{Retries, Timeouts};

fn read(text: &str) -> Result<Config, ConfigError> {
    Config::from_toml(text, &|name| (name == "LOCAL_KEY").then(|| "sk-canary-0123456789".into()))
}

fn tests() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/config/invalid")
}

#[test]
fn what_the_example_shows_are_the_defaults() {
    let example = read(include_str!("../../../../examples/llmspell.toml")).unwrap();
    let default = read("").unwrap();
    assert_eq!(example.limits, default.limits);
    assert_eq!((example.instances, &example.default_provider), (default.instances, &default.default_provider));
    assert_eq!(example.granted_models, default.granted_models);
    assert_eq!((example.store.wait, example.store_from), (default.store.wait, None));
    // It shows those of a store on a disk.
    assert_eq!(example.store.quota, llmspell_state::Quota::default());
    let local = example.providers.iter().find(|provider| provider.name == "local").unwrap();
    assert_eq!(format!("{:?}", local.timeouts), format!("{:?}", Timeouts::default()));
    assert_eq!(format!("{:?}", local.retries), format!("{:?}", Retries::default()));
    assert_eq!(local.requests, Provider::new(Kind::OpenAi).requests);
}

#[test]
fn each_bad_file_has_its_message() {
    let mut files = 0;
    for entry in std::fs::read_dir(tests()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        files += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        let expected = std::fs::read_to_string(path.with_extension("err")).unwrap();
        let found = read(&text).err().map(|error| error.to_string()).unwrap_or_else(|| "it was accepted".into());
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(path.with_extension("err"), format!("{found}\n")).unwrap();
            continue;
        }
        assert_eq!(found, expected.trim_end(), "{}", path.display());
    }
    assert!(files > 10, "only {files} files");
}

#[test]
fn a_key_shows_nowhere() {
    let config =
        read("[providers.local]\nkind = \"openai\"\nbase_url = \"http://127.0.0.1:1\"\napi_key_env = \"LOCAL_KEY\"")
            .unwrap();
    assert!(config.providers.iter().any(|provider| provider.key.is_some()));
    assert!(!format!("{:?}", config.providers).contains("canary"));
}

#[test]
fn known_providers_are_there_with_the_keys_of_the_environment() {
    let environment = |name: &str| match name {
        "ANTHROPIC_API_KEY" | "GROQ_API_KEY" => Some("sk-canary-0123456789".to_owned()),
        "OLLAMA_HOST" => Some("ollama.example.com".to_owned()),
        _ => None,
    };
    let config =
        Config::from_toml("[providers.groq]\nbase_url = \"https://proxy.example.com\"\n", &environment).unwrap();
    let available: Vec<&str> =
        config.providers.iter().filter(|one| one.is_available()).map(|one| one.name.as_str()).collect();
    assert_eq!(available, ["groq", "anthropic", "ollama"]);
    // The key of a kind is for its own host only.
    assert!(config.providers.iter().any(|one| one.name == "groq" && one.key.is_none()));
    let resolve = |model| config.models.resolve(None, Some(model)).map(|name| name.to_string());
    assert_eq!(resolve("claude-3-opus").unwrap(), "anthropic/claude-3-opus");
    assert_eq!(resolve("google/gemini-2.5-pro").unwrap(), "gemini/gemini-2.5-pro");
    assert_eq!(resolve("nobodys-model").unwrap(), "openai/nobodys-model");
    let error = resolve("gemini-2.5-pro").unwrap_err();
    assert_eq!((error.code().word(), error.to_string().as_str()), ("auth", "gemini has no key: set GEMINI_API_KEY"));
    // A default that was chosen is used.
    let config = Config::from_toml("default_provider = \"ollama\"", &environment).unwrap();
    assert_eq!(config.models.resolve(None, Some("gemini-2.5-pro")).unwrap().to_string(), "ollama/gemini-2.5-pro");
}

#[test]
fn a_missing_file_is_named() {
    let error = Config::load(Some(Path::new("/nowhere/llmspell.toml")), &|_| None).err().unwrap().to_string();
    assert!(error.starts_with("/nowhere/llmspell.toml: "), "{error}");
}

#[test]
fn a_store_is_named_by_the_environment_before_the_file() {
    let text = "[state]\nstore = 'sqlite:/a/s.db'\nstore_wait = '0s'\n";
    let config = read(text).unwrap();
    assert_eq!((config.store.place.to_string().as_str(), config.store_from), ("sqlite:/a/s.db", Some(StoreFrom::File)));
    assert!(config.store.wait.is_zero());
    let environment = |name: &str| match name {
        STORE_VARIABLE => Some("here".to_owned()),
        STORE_WAIT_VARIABLE => Some("3s".to_owned()),
        _ => None,
    };
    let config = Config::from_toml(text, &environment).unwrap();
    assert_eq!((config.store.place.to_string().as_str(), config.store_from), ("here", Some(StoreFrom::Environment)));
    assert_eq!(config.store.wait.as_secs(), 3);
}

#[test]
fn what_a_tenant_may_have_follows_the_place_unless_the_file_says() {
    let mut config = read("[state]\ntenant_keys = 7\n").unwrap();
    let memory = config.store.quota;
    config.keep_state_in("/s".parse().unwrap());
    assert_eq!((config.store.quota.keys, memory.keys), (7, 7));
    assert!(config.store.quota.bytes > memory.bytes);
}
