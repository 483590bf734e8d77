//! What a spell is granted: from policies, flags and the configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{anyhow, bail};
use llmspell_wasm::policy::{Glob, Origin, Policies, Policy, Right, missing_path};
use llmspell_wasm::{Config, Grants, nearest};

use super::flags::parse_variable;
use super::store;

/// What the spell may use.
#[derive(clap::Args, Default)]
#[command(next_help_heading = "Grants")]
pub struct GrantFlags {
    /// Grant no more than this policy allows; of several, what all of them allow
    #[arg(long, value_name = "FILE")]
    policy: Vec<PathBuf>,
    /// Let the spell read this environment variable, or those that match a pattern such as LLM_*, even if --policy does not
    /// mention it
    #[arg(long, value_name = "PATTERN", value_parser = parse_variable)]
    allow_env: Vec<String>,
    /// Let the spell use these tools of the host, even if --policy does not mention them; without any policy, no others but the standard ones
    #[arg(long, value_name = "PATTERN", value_parser = parse_tool)]
    allow_tool: Vec<String>,
    /// Let the spell read this file, or this folder with all that is below it, even if --policy does not mention it; `*` stands
    /// for any name, as in 'DIR/*.csv'
    #[arg(long, value_name = "PATH", value_parser = parse_read)]
    allow_read: Vec<String>,
    /// Let the spell write, make, move and remove files there, even if --policy does not mention it
    #[arg(long, value_name = "PATH", value_parser = parse_write)]
    allow_write: Vec<String>,
    /// Let the spell send requests to this host, even if --policy does not mention it: example.org, example.org:8443,
    /// '*.example.org', 127.0.0.1:8080
    #[arg(long, value_name = "HOST", value_parser = parse_host)]
    allow_net: Vec<String>,
    /// Let the spell use this MCP server of the configuration, even if --policy does not mention it: NAME, or a pattern of its
    /// tools such as 'NAME.get_*'
    #[arg(long, value_name = "SERVER", value_parser = parse_mcp)]
    mcp: Vec<String>,
    /// Let the spell use these secrets of the configuration, for the hosts that they are meant for; without any policy, no others
    #[arg(long, value_name = "PATTERN", value_parser = parse_secret)]
    allow_secret: Vec<String>,
    /// Let the spell use these models, even if --policy does not mention them; without any policy, no others
    #[arg(long, value_name = "PATTERN", value_parser = parse_model)]
    allow_model: Vec<String>,
}

/// What is granted, and what was requested but not granted.
#[derive(Clone)]
pub struct Granted {
    pub grants: Grants,
    /// The flags alone, to see what of them was granted.
    flags: Policy,
    /// Variables that hold keys.
    keys: Vec<String>,
}

impl GrantFlags {
    pub fn of_policies(policy: Vec<PathBuf>) -> GrantFlags {
        GrantFlags { policy, ..GrantFlags::default() }
    }

    /// As `--mcp` does.
    pub fn add_server(&mut self, name: &str) {
        self.mcp.push(format!("{name}.*"));
    }

    /// The policies that were named.
    pub fn policies(&self) -> &[PathBuf] {
        &self.policy
    }

    /// The configuration's policies, then those that were named here, then the flags.
    pub fn read(&self, config: &Config, tenant: &str) -> anyhow::Result<Granted> {
        let (configured, _) =
            Policies::new(config.operator_policy.clone(), config.tenant_policies.clone()).of(tenant)?;
        self.check_servers(config)?;
        let named = self.policy.iter().map(|file| Ok(self.add_to(Policy::read(file)?)));
        let named = named.collect::<anyhow::Result<Vec<Policy>>>()?;
        let all = || vec!["*".to_owned()];
        let mut grants = base(config);
        grants.work_folder = std::env::current_dir().and_then(|folder| folder.canonicalize()).ok();
        grants.off_limits.extend(self.policy.iter().flat_map(|file| store::with_and_without_links(file)));
        grants.policies = configured.into_iter().chain(named.into_iter().map(Into::into)).collect();
        let keys =
            config.providers.iter().filter_map(|one| one.key_env.clone()).chain(config.secrets.variables()).collect();
        let mut flags = self.add_to(Policy::empty(Origin::Flags));
        if grants.policies.is_empty() {
            // The built-in policy of a person at a prompt grants all that a flag does not speak of.
            for right in Right::ALL {
                if flags.allowed(*right).next().is_none() && !right.is_named() {
                    flags = all().iter().fold(flags, |flags, text| flags.and_flag(*right, glob(*right, text), ""));
                }
            }
            grants.environment = self.variables(config, &[])?;
            (grants.read, grants.write) = (self.allow_read.clone(), self.allow_write.clone());
            grants.network = self.allow_net.clone();
            grants.mcp = self.mcp.clone();
            let narrows = !self.allow_tool.is_empty() || !self.allow_model.is_empty() || !self.allow_secret.is_empty();
            if narrows {
                let names = grants.environment.keys();
                let flags = names.fold(flags.clone(), |flags, name| {
                    flags.and_flag(Right::VARIABLE, glob(Right::VARIABLE, name), "")
                });
                grants.policies.push(flags.into());
            }
            return Ok(Granted { grants, flags: Policy::empty(Origin::Flags), keys });
        }
        grants.environment = self.variables(config, &grants.policies)?;
        // What a policy or a flag names; all policies narrow it.
        grants.network = asked_for(&grants, Right::NETWORK);
        grants.mcp = asked_for(&grants, Right::MCP);
        (grants.read, grants.write) = (asked_for(&grants, Right::READ), asked_for(&grants, Right::WRITE));
        Ok(Granted { grants, flags, keys })
    }

    /// What the configuration grants, before any policy: its models, tools, secrets and variables, state and events.
    pub fn of_configuration(&self, config: &Config) -> anyhow::Result<Grants> {
        Ok(Grants { environment: self.variables(config, &[])?, ..base(config) })
    }

    /// A server that is granted has to be there.
    fn check_servers(&self, config: &Config) -> anyhow::Result<()> {
        let known: Vec<&str> = config.mcp.all().map(|server| server.name.as_str()).collect();
        let names = self.mcp.iter().filter_map(|text| text.split('.').next());
        match names.filter(|name| !name.contains('*')).find(|name| !known.contains(name)) {
            Some(name) if known.is_empty() => {
                bail!("--mcp {name}: the configuration names no MCP servers: add [mcp.{name}] with its command")
            }
            Some(name) => bail!("--mcp {name}: there is no [mcp.{name}] in the configuration{}", nearest(name, &known)),
            None => Ok(()),
        }
    }

    fn add_to(&self, policy: Policy) -> Policy {
        let lists = [
            (Right::MODEL, &self.allow_model, "--allow-model"),
            (Right::TOOL, &self.allow_tool, "--allow-tool"),
            (Right::VARIABLE, &self.allow_env, "--allow-env"),
            (Right::READ, &self.allow_read, "--allow-read"),
            (Right::WRITE, &self.allow_write, "--allow-write"),
            (Right::NETWORK, &self.allow_net, "--allow-net"),
            (Right::MCP, &self.mcp, "--mcp"),
            (Right::SECRET, &self.allow_secret, "--allow-secret"),
        ];
        lists.into_iter().fold(policy, |policy, (right, texts, flag)| {
            texts.iter().fold(policy, |policy, text| policy.and_flag(right, glob(right, text), flag))
        })
    }

    /// Every variable that is granted, with its value: by the configuration and the flags, or by all policies.
    fn variables(
        &self,
        config: &Config,
        policies: &[std::sync::Arc<Policy>],
    ) -> anyhow::Result<BTreeMap<String, Option<String>>> {
        let key_of = |name: &str| config.providers.iter().find(|one| one.key_env.as_deref() == Some(name));
        let own = self.allow_env.iter().filter(|text| !text.contains('*'));
        let mut names: BTreeSet<String> = own.chain(&config.granted_environment).cloned().collect();
        let written = policies.iter().flat_map(|policy| policy.allowed(Right::VARIABLE));
        names.extend(written.filter(|text| !text.contains('*')).map(String::from));
        if let Some((name, provider)) = names.iter().find_map(|name| Some((name, key_of(name)?))) {
            bail!("{name} can't be granted: it holds the key of provider '{}', which no spell may have", provider.name);
        }
        if let Some(name) = config.secrets.variables().into_iter().find(|name| names.contains(name)) {
            bail!(
                "{name} can't be granted: it holds a secret of the configuration ([secrets]), which spells name and never see"
            );
        }
        let there = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let there = there.filter(|name| key_of(name).is_none() && !config.secrets.variables().contains(name));
        if policies.is_empty() {
            let globs: Vec<Glob> = self.allow_env.iter().map(|text| glob(Right::VARIABLE, text)).collect();
            names.extend(there.filter(|name| globs.iter().any(|one| one.covers(&glob(Right::VARIABLE, name)))));
        } else {
            names.extend(there);
            names.retain(|name| policies.iter().all(|policy| policy.check(Right::VARIABLE, name).is_ok()));
        }
        let mut variables = BTreeMap::new();
        for name in names {
            let value = match std::env::var(&name) {
                Ok(value) => Some(value),
                Err(std::env::VarError::NotPresent) => None,
                Err(std::env::VarError::NotUnicode(_)) => bail!("{name} can't be granted: its value is not UTF-8"),
            };
            variables.insert(name, value);
        }
        Ok(variables)
    }
}

impl Granted {
    /// Narrows the grants to what a spell requests.
    pub fn narrow(&mut self, requested: Policy) {
        let policies = &self.grants.policies;
        if !policies.is_empty() {
            // What is granted and not set is not refused.
            let names = requested.allowed(Right::VARIABLE).filter(|text| !text.contains('*'));
            let granted = |name: &&str| policies.iter().all(|one| one.check(Right::VARIABLE, name).is_ok());
            let granted = names.filter(granted).filter(|name| !self.keys.iter().any(|key| key == name));
            let granted: Vec<String> = granted.map(String::from).collect();
            for name in granted {
                self.grants.environment.entry(name).or_default();
            }
        }
        self.grants.policies.push(requested.into());
    }

    /// What was requested and not granted, a line each. `limits` are those of the configuration.
    pub fn refused(&self, limits: &llmspell_wasm::Limits) -> Vec<String> {
        let all = self.grants.clone().within(self.flags.clone());
        all.refused(limits).iter().map(ToString::to_string).collect()
    }
}

/// What every spell is granted by the configuration.
fn base(config: &Config) -> Grants {
    Grants {
        models: config.granted_models.clone(),
        tools: config.granted_tools.clone(),
        secrets: config.granted_secrets.clone(),
        off_limits: store::own_folders(config),
        state: config.granted_state,
        ..Grants::local()
    }
}

/// Flags were looked at when they were parsed.
fn glob(right: Right, text: &str) -> Glob {
    Glob::of(right, text)
}

fn parse_tool(text: &str) -> anyhow::Result<String> {
    Glob::parse(Right::TOOL, text, true).map_err(|problem| anyhow!(problem))?;
    Ok(text.into())
}

fn asked_for(grants: &Grants, right: Right) -> Vec<String> {
    let all = grants.policies.iter().flat_map(|policy| policy.allowed(right)).map(String::from);
    all.collect::<BTreeSet<String>>().into_iter().collect()
}

fn parse_host(text: &str) -> anyhow::Result<String> {
    Ok(Glob::parse(Right::NETWORK, text, true).map_err(|problem| anyhow!(problem))?.text().to_owned())
}

fn parse_mcp(text: &str) -> anyhow::Result<String> {
    Ok(Glob::parse(Right::MCP, text, true).map_err(|problem| anyhow!(problem))?.text().to_owned())
}

fn parse_secret(text: &str) -> anyhow::Result<String> {
    Glob::parse(Right::SECRET, text, true).map_err(|problem| anyhow!(problem))?;
    Ok(text.into())
}

fn parse_read(text: &str) -> anyhow::Result<String> {
    parse_path(Right::READ, text)
}

fn parse_write(text: &str) -> anyhow::Result<String> {
    parse_path(Right::WRITE, text)
}

/// Absolute, and there as far as it has to be.
fn parse_path(right: Right, text: &str) -> anyhow::Result<String> {
    let path = Glob::parse(right, text, true).map_err(|problem| anyhow!(problem))?.text().to_owned();
    match missing_path(right, &path) {
        Some(problem) => bail!("{problem}: make it first, or correct the path"),
        None => Ok(path),
    }
}

fn parse_model(text: &str) -> anyhow::Result<String> {
    Glob::parse(Right::MODEL, text, true).map_err(|problem| anyhow!(problem))?;
    Ok(text.into())
}
