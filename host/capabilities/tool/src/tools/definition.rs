//! What a tool is: its name, what it is for, what it takes.

use std::sync::Arc;
use std::time::Duration;

use llmspell_api::tool::{self as api, Source};
use serde_json::{Value, json};

use super::quoted::quoted;
use super::schema::Schema;
use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_kernel::operation::Result;

/// What a spell or the host program says of a tool.
pub struct Definition {
    pub name: String,
    pub description: String,
    pub category: Option<String>,
    pub tags: Vec<String>,
    /// The names of the parameters in the order in which they are given without names.
    pub positional: Vec<String>,
    pub schema: Arc<Schema>,
    /// Other names of parameters, each with the parameter that it stands for.
    spellings: Vec<(String, String)>,
}

/// What only the tools of a spell have.
#[derive(Debug, Default, PartialEq)]
pub struct Manner {
    /// Whether one call of it may begin before another has ended.
    pub parallel: bool,
    /// How long a call of it may take, if that is less than a handler may.
    pub time: Option<Duration>,
}

const MOST_TAGS: usize = 32;
const LONGEST_NAME: usize = 64;
/// As the protocol bounds it.
const LONGEST_MCP_NAME: usize = 128;
const LONGEST_WORD: usize = 256;
/// Each is sent to the model with every question.
const LONGEST_DESCRIPTION: usize = 16 << 10;
const LONGEST_TIME: u64 = 86_400_000;

impl Definition {
    /// Reads what a spell wrote.
    pub fn parse(definition: &str) -> Result<(Definition, Manner)> {
        let mut fields = Fields::parse("the tool's definition", definition)?;
        let name = fields.text("name")?.ok_or_else(|| Failure::invalid("the tool's definition: 'name' is missing"))?;
        let description = fields.text("description")?.unwrap_or_default();
        let parameters = fields.take("parameters").unwrap_or_else(|| json!({}));
        let (category, tags) = (fields.text("category")?, fields.texts("tags", MOST_TAGS)?);
        let positional = fields.texts("positional", usize::MAX)?;
        let parallel = match fields.take("parallel") {
            None => false,
            Some(Value::Bool(parallel)) => parallel,
            Some(other) => return Err(fields.wrong("parallel", "true or false", &other)),
        };
        let time = fields.whole("timeout_ms", 1..=LONGEST_TIME)?.map(Duration::from_millis);
        fields.end()?;
        let order = if positional.is_empty() { Order::Unknown } else { Order::Given(positional) };
        let definition = Definition::new(name, description, parameters, order)?.labelled(category, tags)?;
        Ok((definition, Manner { parallel, time }))
    }

    pub fn new(name: String, description: String, parameters: Value, order: Order) -> Result<Definition> {
        Definition::with(name, description, order, || Schema::compile(parameters))
    }

    /// Of a standard tool, whose schema is compiled when it is first needed.
    pub fn of_standard(name: String, description: String, parameters: Value) -> Result<Definition> {
        Definition::with(name, description, Order::Written, || Schema::compile_later(parameters))
    }

    /// Of a tool of an MCP server, `SERVER.TOOL`, whose schema is compiled when it is first needed.
    pub fn of_mcp(name: String, description: String, parameters: Value) -> Result<Definition> {
        let (server, tool) = name.split_once('.').unwrap_or_default();
        check_name(server)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
        if tool.is_empty() || tool.len() > LONGEST_MCP_NAME || !tool.bytes().all(plain) {
            return Err(Failure::invalid(format!(
                "{} can't be the name of a tool: it takes 1 to {LONGEST_MCP_NAME} letters (a-z, A-Z), digits, '-', '_', '.' and '/'",
                quoted(tool)
            )));
        }
        Definition::named(name, description, Order::Written, || Schema::compile_later(parameters))
    }

    fn with(
        name: String,
        description: String,
        order: Order,
        schema: impl FnOnce() -> std::result::Result<Schema, String>,
    ) -> Result<Definition> {
        check_name(&name)?;
        Definition::named(name, description, order, schema)
    }

    /// The name was looked at.
    fn named(
        name: String,
        description: String,
        order: Order,
        schema: impl FnOnce() -> std::result::Result<Schema, String>,
    ) -> Result<Definition> {
        let of_tool = |message: String| Failure::invalid(format!("tool '{name}': {message}"));
        if description.len() > LONGEST_DESCRIPTION {
            return Err(of_tool(format!("its description takes more than {LONGEST_DESCRIPTION} bytes")));
        }
        let schema = schema().map_err(of_tool)?;
        let positional = order.of(&schema).map_err(of_tool)?;
        Ok(Definition {
            name,
            description,
            category: None,
            tags: Vec::new(),
            positional,
            schema: Arc::new(schema),
            spellings: Vec::new(),
        })
    }

    pub fn labelled(self, category: Option<String>, tags: Vec<String>) -> Result<Definition> {
        if category.iter().chain(&tags).any(|word| word.is_empty() || word.len() > LONGEST_WORD) {
            let message = format!("tool '{}': category and tags take 1 to {LONGEST_WORD} bytes each", self.name);
            return Err(Failure::invalid(message));
        }
        Ok(Definition { category, tags, ..self })
    }

    /// With other names of its parameters.
    pub fn spelt(self, spellings: Vec<(String, String)>) -> Result<Definition> {
        let known = self.schema.properties();
        if let Some((alias, name)) =
            spellings.iter().find(|(alias, name)| known.contains(alias) || !known.contains(name))
        {
            let message = format!("tool '{}': '{alias}' can't be an alias of the parameter '{name}'", self.name);
            return Err(Failure::invalid(message));
        }
        Ok(Definition { spellings, ..self })
    }

    /// Other names of parameters, each with the parameter that it stands for.
    pub fn spellings(&self) -> &[(String, String)] {
        &self.spellings
    }

    /// Arguments under the parameters' own names. An alias beside what it stands for stays, to be refused.
    pub fn respelt(&self, mut arguments: Value) -> Value {
        if let Some(map) = arguments.as_object_mut() {
            for (alias, name) in &self.spellings {
                if map.contains_key(alias) && !map.contains_key(name) {
                    let value = map.shift_remove(alias).unwrap_or_default();
                    map.insert(name.clone(), value);
                }
            }
        }
        arguments
    }

    /// What a spell gave, as it was meant.
    pub fn with_lists(&self, arguments: Value) -> Value {
        self.schema.with_lists(self.respelt(arguments))
    }

    /// For spells, and for models as far as they want to know.
    pub fn show(&self, source: Source) -> api::Tool {
        api::Tool {
            name: self.name.clone(),
            description: self.description.clone(),
            parameters: self.schema.document().clone(),
            category: self.category.clone(),
            tags: self.tags.clone(),
            positional: self.positional.clone(),
            source,
        }
    }
}

/// In which order parameters are given without names.
pub enum Order {
    /// As the schema has them.
    Written,
    /// A language without order wrote the schema: the required ones in their order, then the others by name.
    Unknown,
    Given(Vec<String>),
}

impl Order {
    fn of(self, schema: &Schema) -> std::result::Result<Vec<String>, String> {
        let mut names = schema.properties();
        match self {
            Order::Written => {}
            Order::Unknown => {
                let required = schema.required();
                names.sort();
                // Stable: those that are not required stay sorted.
                names.sort_by_key(|name| required.iter().position(|one| one == name).unwrap_or(usize::MAX));
            }
            Order::Given(given) => {
                if let Some(unknown) = given.iter().find(|name| !names.contains(name)) {
                    return Err(format!("'positional' names {}, which is no parameter", quoted(unknown)));
                }
                names = given;
            }
        }
        Ok(names)
    }
}

/// Names are what providers of models take: no tool has to be renamed for one.
pub fn check_name(name: &str) -> Result<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(plain) {
        return Ok(());
    }
    Err(Failure::invalid(format!(
        "{} can't be the name of a tool: models take 1 to 64 letters (a-z, A-Z), digits, '-' and '_'",
        quoted(name)
    )))
}

/// Whether two names mean the same tool: `_` and `-` are alike.
pub fn same_name(a: &str, b: &str) -> bool {
    let plain = |byte: u8| if byte == b'-' { b'_' } else { byte };
    a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(a, b)| plain(a) == plain(b))
}
