//! Tools that the host program brings.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::Value;

use super::chance::Chance;
use super::definition::{Definition, Order, check_name, same_name};
use llmspell_api::tool::Source;
use llmspell_base::{Code, Failure};
use llmspell_kernel::CallContext;
use llmspell_kernel::operation::Result;
use llmspell_policy::{Grants, Permission, Right};

/// A tool that the host program brings; see `Runtime::register_tool` of `llmspell-wasm`.
///
/// What it does is trusted: it runs in the host, with no other limits than a time limit and a limit on its result. Its
/// arguments are not: a spell or a model wrote them. They fit the schema, and that is all that is known of them.
pub struct HostTool {
    name: String,
    description: String,
    parameters: Value,
    category: Option<String>,
    tags: Vec<String>,
    aliases: Vec<String>,
    spellings: Vec<(String, String)>,
    rights: Vec<Right>,
    standard: bool,
    source: Source,
    time: Duration,
    run: ToolFunction,
}

/// One call of a host's tool.
#[derive(Clone)]
pub struct Invocation {
    /// An object that fits the tool's schema.
    pub arguments: Value,
    /// Whose spell it is.
    pub tenant: String,
    /// The tool's name, as it was registered.
    pub tool: String,
    /// The run's clock, and what is random in it.
    pub chance: Chance,
    /// The run that it is done for. What the tool does on behalf of the spell passes the gate here: permission, limits, record.
    pub context: CallContext,
}

/// Without the run, which has no end of things in it.
impl std::fmt::Debug for Invocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Invocation { arguments, tenant, tool, .. } = self;
        let mut shown = f.debug_struct("Invocation");
        shown.field("arguments", arguments).field("tenant", tenant).field("tool", tool).finish_non_exhaustive()
    }
}

/// Why a host's tool could not do what it was asked for, as the spell or the model gets it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ToolFailure {
    /// 1 to 64 of a-z, 0-9, '-' and '_', such as "not-found"; anything else becomes "tool".
    pub code: String,
    /// One line: what is wrong, where, what to do.
    pub message: String,
    /// More, for programs.
    pub details: Option<Value>,
}

/// Why a tool could not be registered.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct ToolError(pub(crate) String);

type ToolFunction =
    Arc<dyn Fn(Invocation) -> BoxFuture<'static, std::result::Result<Value, ToolFailure>> + Send + Sync>;

/// How long a call may take where the tool says nothing else.
const TIME: Duration = Duration::from_secs(60);

impl HostTool {
    /// `parameters` is a JSON Schema of an object. Dropping the future that `run` gives stops the work: that happens when
    /// the spell cancels the call, when it takes too long, and at the end of the run. A panic in it is a failure of the
    /// call, code "internal".
    pub fn new<Work>(
        name: impl Into<String>,
        description: impl Into<String>,
        parameters: Value,
        run: impl Fn(Invocation) -> Work + Send + Sync + 'static,
    ) -> HostTool
    where
        Work: Future<Output = std::result::Result<Value, ToolFailure>> + Send + 'static,
    {
        let run: ToolFunction = Arc::new(move |invocation| run(invocation).boxed());
        let (name, description) = (name.into(), description.into());
        HostTool {
            name,
            description,
            parameters,
            category: None,
            tags: Vec::new(),
            aliases: Vec::new(),
            spellings: Vec::new(),
            rights: Vec::new(),
            standard: false,
            source: Source::Host,
            time: TIME,
            run,
        }
    }

    /// Other names that it is called by, where no tool has such a name itself.
    pub fn aliases(self, aliases: impl IntoIterator<Item = impl Into<String>>) -> HostTool {
        HostTool { aliases: aliases.into_iter().map(Into::into).collect(), ..self }
    }

    /// Other names of parameters, each with the parameter that it stands for where that is not given itself.
    pub fn parameter_aliases(
        self,
        aliases: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> HostTool {
        HostTool { spellings: aliases.into_iter().map(|(alias, name)| (alias.into(), name.into())).collect(), ..self }
    }

    /// Every spell has it that no policy denies it, and a tool of the same name, of the spell or of the host program, takes
    /// its place. For tools that only compute something of their arguments. The schema is compiled when it is first needed.
    pub fn standard(self) -> HostTool {
        HostTool { standard: true, ..self }
    }

    /// It is one of an MCP server, `SERVER.TOOL`: a spell has it only where the right `mcp` names it. Its first alias is what
    /// models call it by, as they take no `.` in a name.
    pub fn of_mcp(self) -> HostTool {
        HostTool { source: Source::Mcp, ..self }
    }

    /// A spell has it only where it is granted something of one of these rights: then what the tool does is decided call by
    /// call, by [`CallContext::call`].
    pub fn within(self, rights: impl IntoIterator<Item = Right>) -> HostTool {
        HostTool { rights: rights.into_iter().collect(), ..self }
    }

    /// For spells that look for tools, such as "web".
    pub fn category(self, category: impl Into<String>) -> HostTool {
        HostTool { category: Some(category.into()), ..self }
    }

    /// For spells that look for tools.
    pub fn tags(self, tags: impl IntoIterator<Item = impl Into<String>>) -> HostTool {
        HostTool { tags: tags.into_iter().map(Into::into).collect(), ..self }
    }

    /// How long one call may take: 60 s if this is not set. Beyond, the call fails, code "timeout".
    pub fn time_limit(self, time: Duration) -> HostTool {
        HostTool { time, ..self }
    }
}

impl ToolFailure {
    /// A failure without details.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> ToolFailure {
        ToolFailure { code: code.into(), message: message.into(), details: None }
    }
}

/// A host's tool, registered.
pub struct Registered {
    pub definition: Definition,
    pub aliases: Vec<String>,
    /// Of which one has to be granted in part.
    pub rights: Vec<Right>,
    /// Whether only a denial keeps a spell from it.
    pub standard: bool,
    /// Whose it is.
    pub source: Source,
    time: Duration,
    run: ToolFunction,
}

impl Registered {
    /// Fails if a name, the schema or a label is invalid.
    pub fn of(tool: HostTool) -> std::result::Result<Registered, ToolError> {
        let HostTool {
            name,
            description,
            parameters,
            category,
            tags,
            aliases,
            spellings,
            rights,
            standard,
            source,
            time,
            run,
        } = tool;
        let problem = |failure: Failure| ToolError(failure.message);
        let definition = match (source, standard) {
            (Source::Mcp, _) => Definition::of_mcp(name, description, parameters),
            (_, true) => Definition::of_standard(name, description, parameters),
            (_, false) => Definition::new(name, description, parameters, Order::Written),
        };
        let definition = definition.map_err(problem)?.labelled(category, tags).map_err(problem)?;
        let definition = definition.spelt(spellings).map_err(problem)?;
        aliases.iter().try_for_each(|alias| check_name(alias)).map_err(problem)?;
        Ok(Registered { definition, aliases, rights, standard, source, time, run })
    }

    /// What calling it has to be granted.
    pub fn permission(&self) -> Permission<'_> {
        let right = if self.source == Source::Mcp { Right::MCP } else { Right::TOOL };
        let permission = Permission::of(right, &self.definition.name).also_named(&self.aliases);
        if self.standard { permission.by_default() } else { permission }
    }

    /// What models know it by.
    pub fn model_name(&self) -> &str {
        let alias = self.aliases.first().filter(|_| self.source == Source::Mcp);
        alias.unwrap_or(&self.definition.name)
    }

    fn show(&self, grants: &Grants) -> llmspell_api::cli::HostTool {
        let shown = self.definition.show(self.source);
        let denied = grants.check(&self.permission()).err().or_else(|| self.withheld(grants));
        let because = match (&denied, self.standard) {
            (Some(failure), _) => failure.message.clone(),
            (None, true) => "standard: every spell has it that no policy denies it".into(),
            (None, false) => "the configuration and every policy grant it".into(),
        };
        llmspell_api::cli::HostTool {
            name: shown.name,
            aliases: self.aliases.clone(),
            description: shown.description,
            category: shown.category,
            parameters: shown.parameters,
            parameter_aliases: self.definition.spellings().to_vec(),
            standard: self.standard,
            granted: denied.is_none(),
            because,
        }
    }

    /// Why a spell with these grants has no use for it: whatever it did would be denied.
    pub fn withheld(&self, grants: &Grants) -> Option<Failure> {
        if self.rights.is_empty() || self.rights.iter().any(|right| grants.may_have(*right, "*")) {
            return None;
        }
        let flags: Vec<String> = self.rights.iter().filter_map(|right| Some(format!("{} …", right.flag()?))).collect();
        let name = &self.definition.name;
        Some(Failure::denied(format!("the tool '{name}' is not granted: {} grants it", flags.join(" or "))))
    }

    pub async fn call(&self, arguments: Value, chance: Chance, context: CallContext) -> Result {
        let (tool, tenant) = (self.definition.name.clone(), context.tenant().to_string());
        let (run, context_time) = (self.run.clone(), context.clone());
        // Called inside, so that a panic before its first wait is caught as well.
        let work = async move { run(Invocation { arguments, tenant, tool, chance, context }).await };
        let waiting = context_time.within(self.time, AssertUnwindSafe(work).catch_unwind());
        match waiting.await {
            None => {
                let (name, time) = (&self.definition.name, self.time.as_millis());
                Err(Failure::new(Code::Timeout, format!("the tool '{name}' did not answer within {time} ms")))
            }
            // What the panic said stands in the host's stderr.
            Some(Err(_)) => {
                let message = format!("the tool '{}' broke; the operator has the details", self.definition.name);
                Err(Failure::new(Code::Internal, message))
            }
            Some(Ok(answer)) => answer
                .map_err(|ToolFailure { code, message, details }| Failure::coded(code, Code::Tool, message, details)),
        }
    }
}

/// All tools of the host program. A run sees those that are there when it begins.
#[derive(Default)]
pub struct HostTools(RwLock<ToolMap>);

/// By name.
pub type ToolMap = Arc<BTreeMap<String, Arc<Registered>>>;

/// By its name, in either spelling of it, and only then by an alias.
pub fn find<'a>(tools: &'a ToolMap, name: &str) -> Option<&'a Arc<Registered>> {
    let find = |is: &dyn Fn(&Registered) -> bool| tools.values().find(|tool| is(tool));
    tools
        .get(name)
        .or_else(|| find(&|tool| same_name(&tool.definition.name, name)))
        .or_else(|| find(&|tool| tool.aliases.iter().any(|alias| same_name(alias, name))))
}

impl HostTools {
    /// Registers a tool. Runs that have begun already do not see it.
    ///
    /// Fails if a name, the schema or a label is invalid, or if there is a tool of that name; `_` and `-` count as the same.
    /// A standard tool gives way.
    pub fn register(&self, tool: HostTool) -> std::result::Result<(), ToolError> {
        let tool = Registered::of(tool)?;
        let definition = &tool.definition;
        let mut tools = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let same = tools.values().find(|other| same_name(&other.definition.name, &definition.name)).cloned();
        if let Some(other) = &same
            && !other.standard
        {
            return Err(ToolError(format!("a tool '{}' is registered already", other.definition.name)));
        }
        let tools = Arc::make_mut(&mut tools);
        if let Some(other) = same {
            tools.remove(&other.definition.name);
        }
        tools.insert(tool.definition.name.clone(), Arc::new(tool));
        Ok(())
    }

    /// All of them by name, and which of them a spell with these grants may call.
    pub fn show(&self, grants: &Grants) -> Vec<llmspell_api::cli::HostTool> {
        self.all().values().map(|tool| tool.show(grants)).collect()
    }

    /// The tools that are registered now, by name.
    pub(crate) fn all(&self) -> ToolMap {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
