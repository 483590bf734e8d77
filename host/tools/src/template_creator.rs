//! `template-creator`: texts with places that values are put into.

use minijinja::value::{Serde, ValueKind};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value as Seen};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::standard::{Answer, Context, Problem, Standard, size, word};

mod handlebars;
mod tokens;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateCreator {
    /// The template, such as "Hello {{ name }}{% if new %}, welcome{% endif %}".
    input: String,
    /// What its names stand for.
    #[serde(default)]
    context: Map<String, Value>,
    /// If absent, handlebars where it has blocks such as {{#each}}, or else tera, which is Jinja's language.
    engine: Option<Engine>,
    #[serde(default)]
    operation: Operation,
}

#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Engine {
    Tera,
    Handlebars,
}

#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Operation {
    #[default]
    Render,
}

/// Of instructions, and of each 64 bytes that they make or look at: enough for 8 MiB of text.
const FUEL: u64 = 200_000;
/// Of the template, and of the context: comparing two texts is one instruction, however long they are.
const LONGEST_TEMPLATE: usize = 64 << 10;
const MOST_CONTEXT: usize = 1 << 20;
const DEEPEST: usize = 64;

impl Standard for TemplateCreator {
    const NAME: &'static str = "template-creator";
    const DESCRIPTION: &'static str = "Fills a template (Jinja's language, or Handlebars) with values.";
    const CATEGORY: &'static str = "text";
    const ALIASES: &'static [&'static str] = &["template_engine"];
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[
        ("template", "input"),
        ("text", "input"),
        ("content", "input"),
        ("variables", "context"),
        ("data", "context"),
        ("op", "operation"),
        ("action", "operation"),
    ];

    fn operation(&self) -> String {
        word(self.operation)
    }

    fn run(self, _: &Context) -> Answer {
        let TemplateCreator { input, context, engine, .. } = self;
        let held = context.iter().map(|(name, value)| name.len() + size(value)).sum::<usize>();
        if input.len() > LONGEST_TEMPLATE {
            return Err(Problem::too_large(format!("'input' has more than {} KiB", LONGEST_TEMPLATE >> 10)));
        }
        if held > MOST_CONTEXT {
            return Err(Problem::too_large(format!("'context' has more than {} MiB", MOST_CONTEXT >> 20)));
        }
        let has_blocks = ["{{#", "{{/", "{{{", "{{~"].iter().any(|begin| input.contains(begin));
        let engine = engine.unwrap_or(if has_blocks { Engine::Handlebars } else { Engine::Tera });
        let (length, names) = (input.chars().count(), context.len());
        let rendered = match engine {
            Engine::Tera => render(&environment(UndefinedBehavior::SemiStrict), &input, &Seen::from(Serde(&context)))?,
            Engine::Handlebars => {
                let (source, texts) = handlebars::translate(&input).map_err(Problem::invalid)?;
                let mut environment = environment(UndefinedBehavior::Chainable);
                environment.set_auto_escape_callback(|_| AutoEscape::Html);
                environment.add_function(handlebars::EACH, each);
                environment.add_function(handlebars::FILLED, is_filled);
                let root = minijinja::context! { root => Seen::from(Serde(&context)), texts => texts };
                render(&environment, &source, &root)?
            }
        };
        Ok(json!({ "rendered": rendered, "engine": word(engine), "template_length": length, "context_size": names }))
    }
}

/// An environment that knows nothing but the language: no files, no other templates.
fn environment(undefined: UndefinedBehavior) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(DEEPEST);
    environment.set_undefined_behavior(undefined);
    environment
}

fn render(environment: &Environment<'_>, source: &str, context: &Seen) -> Result<String, Problem> {
    let unknown = || {
        let names = environment.template_from_str(source).map(|template| template.undeclared_variables(true));
        let absent = |name: &String| context.get_attr(name).is_ok_and(|value| value.is_undefined());
        let mut names: Vec<String> = names.into_iter().flatten().filter(absent).take(20).collect();
        names.sort();
        names.iter().map(|name| name.chars().take(60).collect::<String>()).collect::<Vec<_>>().join(", ")
    };
    environment.render_str(source, context).map_err(|error| match error.kind() {
        ErrorKind::UndefinedError => {
            let line = error.line().unwrap_or_default();
            let names = unknown();
            let not_given = if names.is_empty() { String::new() } else { format!("; not given are: {names}") };
            Problem::invalid(format!("the template asks in line {line} for a value that is not there{not_given}"))
        }
        ErrorKind::OutOfFuel => Problem::too_large("the template takes too much work: it repeats or makes too much"),
        _ => {
            let line = error.line().map(|line| format!(" in line {line}")).unwrap_or_default();
            let what = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
            Problem::invalid(format!("the template can't be filled: {}{what}{line}", error.kind()).replace('\n', " "))
        }
    })
}

/// What a block `each` goes through: the items of a list, or the values of an object, each with its key.
fn each(value: &Seen) -> Vec<Seen> {
    let item = |key: Seen, value: Seen| minijinja::context! { key => key, value => value };
    let Ok(items) = value.try_iter() else { return Vec::new() };
    match value.kind() {
        ValueKind::Map => items.map(|key| item(key.clone(), value.get_item(&key).unwrap_or_default())).collect(),
        ValueKind::Seq | ValueKind::Iterable => items.enumerate().map(|(at, one)| item(at.into(), one)).collect(),
        _ => Vec::new(),
    }
}

/// What `if` takes for true: as in JavaScript, but that an empty list is not. `with` also takes 0.
fn is_filled(value: &Seen, zero: Option<bool>) -> bool {
    match value.kind() {
        ValueKind::Map => true,
        ValueKind::Number => value.is_true() || zero == Some(true),
        _ => value.is_true(),
    }
}
