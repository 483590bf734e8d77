use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use llmspell_wasm::api::cli::info::{Granted, Info, Language, Limit, Network, Provider, SecretInfo, StoreInfo};
use llmspell_wasm::limits_table::ROWS;
use llmspell_wasm::policy::{CONFIGURATION, Explained};
use llmspell_wasm::state::Place;
use llmspell_wasm::{Config, GuestInfo, Runtime, guest, model};
use serde_json::{Value, json};

use super::flags::{ConfigFlag, LimitFlags};
use super::granted::GrantFlags;
use super::installed::Record;
use super::languages::installed;
use super::play::Format;
use super::signals;
use super::store::StoreFlags;
use super::{System, terminal};

/// Show the languages, providers, limits and grants that are in force
#[derive(clap::Args)]
pub struct Args {
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    /// Print the licences of everything that this binary contains, and nothing else
    #[arg(long)]
    licenses: bool,
    #[command(flatten)]
    config: ConfigFlag,
    #[command(flatten)]
    store: StoreFlags,
    #[command(flatten)]
    limits: LimitFlags,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    if args.licenses {
        terminal::print(
            guest::notices().unwrap_or("this binary was built without the licences; `make build` includes them\n"),
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut config = args.config.load()?;
    let flags = args.limits.apply(&mut config);
    let store = store(args.store.apply(&mut config)?, &config);
    // What can't be granted is told here as well.
    let granted = GrantFlags::default().read(&config, "local")?.grants;
    let explained = granted.explain(&config.limits);
    config.limits = granted.tighten(config.limits);
    let info = Info {
        version: env!("CARGO_PKG_VERSION"),
        languages: languages(&config)?,
        providers: config.models.providers().map(provider).collect(),
        default_provider: &config.default_provider,
        limits: limits(&config, &flags, &explained),
        budgets: config.budgets.show(),
        grants: Granted {
            models: &config.granted_models,
            tools: &config.granted_tools,
            environment: &config.granted_environment,
            secrets: &config.granted_secrets,
            modules: true,
            policies: granted.files().into_iter().map(|(file, _)| file).collect(),
            from: ["models", "tools", "environment", "secrets"]
                .map(|list| (list, source(&config, &format!("grants.{list}"))))
                .into(),
            entries: explained.names,
            approvals: explained.approvals,
            taint: explained.taint,
        },
        network: network(&config.network),
        secrets: secrets(&config),
        search: config.search.names(),
        state: store,
        config: config.file.as_ref().map(|file| file.display().to_string()),
    };
    terminal::print(&match args.output {
        Format::Json => terminal::pretty(&json!(info)) + "\n",
        Format::Text => Shown(&info).to_string(),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Where a setting comes from.
fn source(config: &Config, name: &str) -> String {
    match &config.file {
        Some(file) if config.set.contains(name) => file.display().to_string(),
        _ => "default".into(),
    }
}

fn network(settings: &llmspell_wasm::network::Settings) -> Network {
    Network {
        timeout_ms: milliseconds(settings.timeout),
        connect_timeout_ms: milliseconds(settings.connect_timeout),
        max_request: settings.max_request,
        max_response: settings.max_response,
        redirects: settings.redirects,
        requests_per_minute: settings.requests_per_minute,
    }
}

fn secrets(config: &Config) -> Vec<SecretInfo<'_>> {
    let shown = config.secrets.entries().map(|secret| SecretInfo {
        name: &secret.name,
        variable: &secret.env,
        set: secret.value.is_some(),
        to: secret.to.iter().map(ToString::to_string).collect(),
        form: secret.form.word(),
    });
    shown.collect()
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn store(from: String, config: &Config) -> StoreInfo {
    let settings = &config.store;
    let (kind, exists) = match &settings.place {
        Place::Memory => ("memory", false),
        Place::Sled(folder) => ("sled", folder.exists()),
        Place::Sqlite(file) => ("sqlite", file.exists()),
    };
    StoreInfo {
        store: settings.place.to_string(),
        kind,
        from,
        exists,
        wait_ms: milliseconds(settings.wait),
        tenant_bytes: settings.quota.bytes,
        tenant_keys: settings.quota.keys,
        tenant_backups: settings.quota.backups,
    }
}

fn languages(config: &Config) -> anyhow::Result<Vec<Language<'static>>> {
    let runtime = Runtime::new(config.clone())?;
    let tokio = signals::runtime(tokio::runtime::Builder::new_current_thread()).map_err(System)?;
    let describe = |language: &guest::Language| match tokio.block_on(runtime.describe(language.name)) {
        Ok(info) => Language::Usable(info),
        Err(fault) => Language::Unusable { name: language.name, error: fault.message },
    };
    let installed = installed()?;
    installed.broken.iter().for_each(|(_, problem)| super::complain(problem));
    let installed = installed.records.into_iter().map(|record| {
        let Record { name, version, extensions, imports, hash, .. } = record;
        Language::Usable(GuestInfo { name, version, extensions, hash, imports })
    });
    Ok(guest::LANGUAGES.iter().map(describe).chain(installed).collect())
}

fn provider(provider: &model::Provider) -> Provider<'_> {
    let url = provider.base_url.as_deref().and_then(|url| url.parse::<http::Uri>().ok());
    Provider {
        name: &provider.name,
        kind: provider.kind.name(),
        host: url.as_ref().and_then(|url| url.authority()).map(ToString::to_string),
        default_model: provider.default_model.as_deref(),
        key_variable: provider.key_env.as_deref(),
        key_set: provider.key.is_some(),
        available: provider.is_available(),
        problem: provider.unusable.as_deref(),
        builtin: provider.is_builtin,
    }
}

/// Each limit by name, with where its value comes from. `explained`: the limits under all policies.
fn limits(config: &Config, flags: &BTreeSet<&'static str>, explained: &Explained) -> BTreeMap<&'static str, Limit> {
    let limits = ROWS.iter().zip(&explained.limits).map(|(row, limited)| {
        let from = match () {
            _ if limited.from != CONFIGURATION => limited.from.clone(),
            _ if flags.contains(row.name) => "flag".into(),
            _ => source(config, &format!("limits.{}", row.name)),
        };
        let value = config.limits.show().get(row.name).cloned().unwrap_or_default();
        (row.name, Limit { value, written: limited.value.clone(), from })
    });
    limits.collect()
}

/// `[budgets]` on lines: "each_tenant  cost_per_day = 5".
fn budgets(shown: &Value) -> Vec<(String, String)> {
    let plan = |name: &str, plan: &Value| {
        let parts = plan.as_object().into_iter().flatten();
        let parts: Vec<String> = parts
            .map(|(key, value)| format!("{key} = {}", value.as_str().map_or(value.to_string(), String::from)))
            .collect();
        (name.to_owned(), if parts.is_empty() { "none".into() } else { parts.join(", ") })
    };
    let at = |name: &str| plan(name, shown.get(name).unwrap_or(&Value::Null));
    let tenants = shown.get("tenants").and_then(Value::as_object).into_iter().flatten();
    let tenants = tenants.map(|(name, value)| plan(&format!("tenants.{name}"), value));
    std::iter::once(at("each_tenant")).chain(tenants).chain([at("all")]).collect()
}

/// As people read it.
struct Shown<'a>(&'a Info<'a>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "llmspell-wasm {}\n\nLanguages", self.0.version)?;
        for language in &self.0.languages {
            match language {
                Language::Unusable { name, error } => writeln!(f, "  {name}: {error}")?,
                Language::Usable(guest) => {
                    writeln!(f, "  {} {} (.{})", guest.name, guest.version, guest.extensions.join(", ."))?;
                    writeln!(f, "    guest    {}", guest.hash)?;
                    writeln!(f, "    imports  {}", words(&guest.imports))?;
                }
            }
        }
        writeln!(f, "\nProviders")?;
        let (shown, others): (Vec<_>, Vec<_>) = self.0.providers.iter().partition(|one| {
            !one.builtin || one.available || one.problem.is_some() || one.name == self.0.default_provider
        });
        for one in shown {
            let default = if one.name == self.0.default_provider { " (default)" } else { "" };
            let key = match (one.key_variable, one.key_set) {
                (Some(name), true) => format!("set, from {name}"),
                (Some(name), false) => format!("not set: {name} is empty or missing"),
                (None, _) => "none asked for".into(),
            };
            writeln!(f, "  {}{default}", one.name)?;
            writeln!(f, "    kind     {}, at {}", one.kind, one.host.as_deref().unwrap_or("the kind's own endpoint"))?;
            writeln!(f, "    model    {}", one.default_model.unwrap_or("no default"))?;
            writeln!(f, "    key      {key}")?;
            if let Some(problem) = one.problem {
                writeln!(f, "    unusable {problem}")?;
            }
        }
        let others: Vec<String> =
            others.iter().map(|one| format!("{} ({})", one.name, one.key_variable.unwrap_or("no key"))).collect();
        if !others.is_empty() {
            writeln!(f, "  without a key: {}", others.join(", "))?;
        }
        writeln!(f, "\nLimits")?;
        for row in ROWS {
            if let Some(limit) = self.0.limits.get(row.name) {
                writeln!(f, "  {:<16} {:>14}  {}", row.name, limit.written.as_deref().unwrap_or("none"), limit.from)?;
            }
        }
        writeln!(f, "\nBudgets")?;
        for (name, plan) in budgets(&json!(self.0.budgets)) {
            writeln!(f, "  {name:<12} {plan}")?;
        }
        writeln!(f, "\nGrants")?;
        let grants = &self.0.grants;
        let lists = [
            ("models", grants.models),
            ("tools", grants.tools),
            ("environment", grants.environment),
            ("secrets", grants.secrets),
        ];
        for (list, names) in lists {
            writeln!(f, "  {list:<11}  {}  {}", words(names), grants.from.get(list).map_or("", String::as_str))?;
        }
        writeln!(f, "  modules      files beside the spell  default")?;
        writeln!(f, "  policies     {}", words(&grants.policies))?;
        f.write_str(&super::policy::entries(&grants.entries, &[]))?;
        f.write_str(&super::policy::conditions(&grants.approvals, &grants.taint))?;
        let network = &self.0.network;
        writeln!(f, "\nNetwork")?;
        writeln!(f, "  time         {} ms, {} ms to connect", network.timeout_ms, network.connect_timeout_ms)?;
        writeln!(f, "  bodies       {} bytes sent, {} received", network.max_request, network.max_response)?;
        writeln!(f, "  requests     {} each minute, {} redirects", network.requests_per_minute, network.redirects)?;
        writeln!(
            f,
            "  web-search   {}",
            if self.0.search.is_empty() { "none".into() } else { self.0.search.join(", ") }
        )?;
        for secret in &self.0.secrets {
            let set = if secret.set { "set" } else { "not set" };
            let (name, variable, form, to) = (secret.name, secret.variable, secret.form, secret.to.join(", "));
            writeln!(f, "  secret       {name} ({set}, from {variable}; {form})  to {to}")?;
        }
        let state = &self.0.state;
        writeln!(f, "\nState")?;
        let there = if state.exists || state.kind == "memory" { "" } else { ", not there yet" };
        writeln!(f, "  store        {} ({}{there})  {}", state.store, state.kind, state.from)?;
        writeln!(f, "  wait         {} ms for another process that has it", state.wait_ms)?;
        writeln!(
            f,
            "  tenant       {} bytes, {} keys, {} backups",
            state.tenant_bytes, state.tenant_keys, state.tenant_backups
        )?;
        writeln!(
            f,
            "\nConfiguration  {}",
            self.0.config.as_deref().unwrap_or("no file: the defaults, and the keys of the environment")
        )
    }
}

fn words(words: &[String]) -> String {
    if words.is_empty() { "none".into() } else { words.join(", ") }
}
