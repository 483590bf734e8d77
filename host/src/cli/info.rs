use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::ExitCode;

use llmspell_wasm::model::Provider;
use llmspell_wasm::{Config, Runtime, guest};
use serde_json::{Map, Value, json};

use super::flags::{ConfigFlag, LimitFlags, grants};
use super::play::Format;
use super::terminal;

/// Show languages, providers, limits and grants as they are in force
#[derive(clap::Args)]
pub struct Args {
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    /// Print the licences of what this binary carries, and nothing else
    #[arg(long)]
    licenses: bool,
    #[command(flatten)]
    limits: LimitFlags,
    #[command(flatten)]
    config: ConfigFlag,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    if args.licenses {
        terminal::print(guest::notices().unwrap_or("the licences were not built into this binary: `make build` does\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut config = args.config.load()?;
    let flags = args.limits.apply(&mut config);
    // What can't be granted is told here as well.
    grants(&config, &[])?;
    let known = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "languages": languages(&config)?,
        "providers": config.models.providers().map(provider).collect::<Vec<_>>(),
        "default_provider": config.default_provider,
        "limits": limits(&config, &flags),
        "grants": {
            "models": config.granted_models,
            "environment": config.granted_environment,
            "modules": true,
        },
        "config": config.file.as_ref().map(|file| file.display().to_string()),
    });
    terminal::print(&match args.output {
        Format::Json => terminal::pretty(&known) + "\n",
        Format::Text => text(&known),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Each language with what its guest says of itself, or why it can't be used.
fn languages(config: &Config) -> anyhow::Result<Vec<Value>> {
    let runtime = Runtime::new(config.clone())?;
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let describe = |language: &guest::Language| match tokio.block_on(runtime.describe(language.name)) {
        Ok(info) => json!(info),
        Err(fault) => json!({ "name": language.name, "extensions": language.extensions, "error": fault.message }),
    };
    Ok(guest::LANGUAGES.iter().map(describe).collect())
}

fn provider(provider: &Provider) -> Value {
    let url = provider.base_url.as_deref().and_then(|url| url.parse::<http::Uri>().ok());
    json!({
        "name": provider.name,
        "kind": provider.kind.name(),
        // Null: the kind's own endpoint. The path of a URL is where some services put a key.
        "host": url.as_ref().and_then(|url| url.authority()).map(|authority| authority.as_str()),
        "default_model": provider.default_model,
        "key_variable": provider.key_env,
        "key_set": provider.key.is_some(),
    })
}

/// Each limit under its name, with who decided it: a flag, the file, or nobody.
fn limits(config: &Config, flags: &BTreeSet<&'static str>) -> Map<String, Value> {
    let Value::Object(limits) = config.limits.show() else { return Map::new() };
    let from = |name: &str| {
        let key = KEYS.iter().find(|(limit, _)| *limit == name).map_or(name, |(_, key)| key);
        match &config.file {
            _ if flags.contains(name) => "flag".into(),
            Some(file) if config.set.contains(&format!("limits.{key}")) => file.display().to_string(),
            _ => "default".into(),
        }
    };
    limits.into_iter().map(|(name, value)| (name.clone(), json!({ "value": value, "from": from(&name) }))).collect()
}

/// What the configuration calls those limits that go by another name there.
const KEYS: &[(&str, &str)] =
    &[("memory_bytes", "memory"), ("wall_time_ms", "wall_time"), ("output_bytes", "output")];

/// The document above, for people.
fn text(known: &Value) -> String {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let word = |value: &Value| match value {
        Value::Null => "-".into(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let words = |value: &Value| match list(value) {
        all if all.is_empty() => "none".into(),
        all => all.iter().map(word).collect::<Vec<_>>().join(", "),
    };
    let mut text = format!("llmspell-wasm {}\n", word(&known["version"]));

    text.push_str("\nLanguages\n");
    for one in list(&known["languages"]) {
        let name = word(&one["name"]);
        if let Some(error) = one["error"].as_str() {
            let _ = writeln!(text, "  {name}: {error}");
            continue;
        }
        let _ = writeln!(text, "  {name} {} (.{})", word(&one["version"]), words(&one["extensions"]).replace(", ", ", ."));
        let _ = writeln!(text, "    guest    {}", word(&one["hash"]));
        let _ = writeln!(text, "    imports  {}", words(&one["imports"]));
    }
    text.push_str("\nProviders\n");
    for one in list(&known["providers"]) {
        let default = if one["name"] == known["default_provider"] { " (default)" } else { "" };
        let _ = writeln!(text, "  {}{default}", word(&one["name"]));
        let host = one["host"].as_str().unwrap_or("the kind's own endpoint");
        let _ = writeln!(text, "    kind     {}, at {host}", word(&one["kind"]));
        let _ = writeln!(text, "    model    {}", one["default_model"].as_str().unwrap_or("no default"));
        let key = match (&one["key_variable"], one["key_set"] == true) {
            (Value::String(name), true) => format!("set, from {name}"),
            (Value::String(name), false) => format!("not set: {name} is empty or missing"),
            _ => "none asked for".into(),
        };
        let _ = writeln!(text, "    key      {key}");
    }
    text.push_str("\nLimits\n");
    for (name, limit) in known["limits"].as_object().into_iter().flatten() {
        let _ = writeln!(text, "  {name:<14} {:>14}  {}", word(&limit["value"]), word(&limit["from"]));
    }
    text.push_str("\nGrants\n");
    let _ = writeln!(text, "  models       {}", words(&known["grants"]["models"]));
    let _ = writeln!(text, "  environment  {}", words(&known["grants"]["environment"]));
    text.push_str("  modules      files beside the spell\n");
    let _ = writeln!(text, "\nConfiguration  {}", known["config"].as_str().unwrap_or("none: defaults and OPENAI_API_KEY"));
    text
}
