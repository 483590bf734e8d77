//! The comments in `wit/` and the types say the same: each names every field of the other.
//!
//! A shape in a comment is `{"field" (remark), "field"?: value, ..}`, its names in quotes, in backticks or bare; `..` stands
//! for further fields. Every shape has a row in [`SHAPES`], in the order of the file. Objects whose fields a sentence
//! lists in backticks have one in [`LISTS`].

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use llmspell_api::{Code, schema};
use serde_json::Value;

/// What a shape is of: a schema, or "schema#Definition" within it.
enum Of {
    /// All fields; of a union, all fields of one alternative.
    All(&'static str),
    /// Some of the fields.
    Some(&'static str),
    /// No type, for this reason.
    None(&'static str),
}

use Of::{All, None as NoType, Some as Part};

const SHAPES: &[(&str, &[Of])] = &[
    (
        "agent",
        &[
            Part("agent.work-options#ToolChoice"),
            All("agent.work-options#RunLimits"),
            All("agent.reply"),
            All("agent.reply#Usage"),
            All("agent.chunk"),
            All("agent.chunk"),
            All("agent.chunk"),
            All("agent.chunk"),
            All("agent.chunk"),
            Part("agent.complete-request#Message"),
            All("agent.complete-request#Part"),
            All("agent.complete-request#Part"),
            All("agent.complete-request#ToolCall"),
            Part("agent.complete-request#Message"),
            All("agent.embed-request"),
            All("agent.embeddings"),
            All("agent.rerank-request"),
            All("agent.ranking"),
            All("agent.providers#Provider"),
            All("agent.count-request"),
            All("agent.counted"),
            All("agent.prompt"),
            All("agent.status"),
            All("agent.definition#HistoryBounds"),
            All("agent.definition#KnowledgeSource"),
        ],
    ),
    ("artifact", &[All("artifact.artifact"), All("artifact.page")]),
    ("budget", &[All("budget.remaining#Budget")]),
    ("network", &[All("network.request"), All("network.response")]),
    ("file", &[All("file.metadata"), All("file.listing")]),
    ("config", &[All("config.view#Provider")]),
    ("event", &[All("event.event"), All("event.subscription"), All("event.stats")]),
    (
        "hook",
        &[
            All("hook.context#Component"),
            All("hook.agent-before-execution"),
            All("hook.agent-before-execution-context"),
            All("hook.agent-after-execution-context"),
            All("hook.failed"),
            All("hook.agent-error-context"),
            All("hook.model-before-call"),
            All("hook.model-before-call-context"),
            All("hook.model-after-call"),
            All("hook.model-after-call-context"),
            All("hook.failed"),
            All("hook.model-error-context"),
            All("hook.tool-validation-context"),
            All("hook.tool-after-execution-context"),
            All("hook.failed"),
            All("hook.tool-error-context"),
            All("hook.event-emitted"),
            All("hook.event-after-emit-context"),
            All("hook.error-event"),
            All("hook.state-before-read"),
            All("hook.state-after-read-context"),
            All("hook.state-before-write-context"),
            All("hook.state-after-write-context"),
            All("hook.failed"),
            All("hook.state-conflict-context"),
            All("hook.state-migration-context"),
            All("hook.workflow-before-start-context"),
            All("hook.workflow-before-step-context"),
            All("hook.workflow-after-step-context"),
            All("hook.workflow-stage-transition-context"),
            All("hook.workflow-checkpoint-context"),
            All("hook.failed"),
            All("hook.workflow-error-context"),
            All("hook.workflow-after-complete-context"),
            NoType("an older spelling of an answer"),
            All("hook.answer"),
            All("hook.answer"),
            All("hook.answer"),
            NoType("an older spelling of an answer"),
            All("hook.answer"),
            All("hook.answer"),
            All("hook.answer"),
            All("hook.answer"),
            All("hook.hook"),
            Part("hook.execution"),
        ],
    ),
    ("memory", &[All("memory.recalled"), All("memory.entry")]),
    ("operation", &[Part("agent.chunk")]),
    ("session", &[All("session.session"), All("session.page")]),
    (
        "rag",
        &[
            All("rag.settings#Chunking"),
            All("rag.collection"),
            All("rag.documents"),
            All("rag.progress"),
            All("rag.ingested"),
            NoType("a filter"),
            NoType("a filter"),
            All("rag.found"),
            All("rag.found#Hit"),
            All("rag.found#Ranks"),
            All("rag.deleted"),
            All("rag.removed"),
        ],
    ),
    (
        "state",
        &[
            All("state.changed-event"),
            All("state.found"),
            All("state.changed"),
            All("state.changed"),
            All("state.incremented"),
            All("state.committed"),
            All("state.usage"),
            All("state.migration-plan#Transformation"),
            All("state.migration-plan#Transformation"),
            All("state.migration-plan#Transformation"),
            All("state.migration-plan#Transformation"),
            All("state.migration-plan#Transformation"),
            All("state.migration-plan#Transformation"),
            All("state.migration-plan#Transformation"),
            All("state.migrated"),
            All("state.migrated#MigratedValue"),
            All("state.schema-version"),
            All("state.backup"),
            Part("state.backup-check"),
        ],
    ),
    ("tool", &[All("tool.tool")]),
    ("types", &[NoType("an example")]),
    (
        "workflow",
        &[
            All("workflow.definition#Range"),
            All("workflow.definition#Breaker"),
            All("workflow.definition#Branch"),
            All("workflow.definition#Retry"),
            All("workflow.definition#AgentReference"),
            All("workflow.definition#AgentReference"),
            NoType("what a function of the spell may return"),
            All("workflow.definition#GoTo"),
            All("workflow.definition#Function"),
            All("workflow.definition#Function"),
            All("workflow.context#Iteration"),
            Part("workflow.context#Problem"),
            All("workflow.outcome"),
            All("workflow.step-outcome"),
            All("workflow.execute-options"),
            All("workflow.validation"),
        ],
    ),
];

/// File, what stands before the list, the type, the types whose fields are meant by other words, fields told of elsewhere.
type List = (&'static str, &'static str, &'static str, &'static [&'static str], &'static [&'static str]);

const LISTS: &[List] = &[
    ("agent", "the options of a run, each optional:", "agent.settings", &[], &[]),
    ("agent", "fields in the same three places:", "agent.work-options", &["agent.settings"], &[]),
    ("agent", "`request` is an object:", "agent.complete-request", &["agent.work-options"], &[]),
    ("agent", "`options` is an object that may hold", "agent.run-options", &["agent.work-options"], &[]),
    ("agent", "`definition` is an object that may hold", "agent.definition", &["agent.work-options"], &[]),
    ("artifact", "A `reference` is an object that may hold", "artifact.reference", &[], &[]),
    ("artifact", "what is known of it. `options` is an object that may hold", "artifact.store-options", &[], &[]),
    ("artifact", "A page of artifacts. `query` is an object that may hold", "artifact.query", &[], &[]),
    ("budget", "a resource without a limit is absent:", "budget.remaining", &[], &["budgets"]),
    ("event", "where `metadata` holds", "event.event#Metadata", &[], &[]),
    ("event", "`event` is an object:", "event.draft", &[], &[]),
    ("event", "and `take`. `options` is an object that may hold", "event.subscribe-options", &[], &[]),
    ("event", "the recording's id. `options` is an object that may hold", "event.record-options", &[], &[]),
    ("event", "never recorded. `options` is an object that may hold", "event.replay-options", &[], &[]),
    ("hook", "A hook gets one object:", "hook.context", &[], &[]),
    ("hook", "or a pattern. `options` is an object that may hold", "hook.register-options", &[], &[]),
    ("hook", "`filter` is an object that may hold", "hook.filter", &[], &[]),
    ("rag", "which everything may be left out:", "rag.settings", &[], &[]),
    ("rag", "The query has no operators. `options` is an object that may hold", "rag.search-options", &[], &[]),
    ("memory", "`entry` is an object:", "memory.new-entry", &[], &[]),
    ("memory", "`query` is an object that may hold", "memory.query", &[], &[]),
    ("session", "asks hooks on `session:start`. `options` is an object that may hold", "session.options", &[], &[]),
    ("session", "`{\"sessions\", \"next\"?}`. `query` is an object that may hold", "session.query", &[], &[]),
    (
        "state",
        "Saves a value: `{\"version\", \"existed\"}`. `options` is an object that may hold",
        "state.put-options",
        &[],
        &[],
    ),
    ("state", "Deletes a key: `{\"version\", \"existed\"}`. `options`:", "state.delete-options", &[], &[]),
    ("state", "An absent key counts as 0. `options`:", "state.increment-options", &[], &[]),
    ("state", "page by page. `options` is an object that may hold", "state.list-options", &[], &[]),
    ("state", "`plan` is an object:", "state.migration-plan", &[], &[]),
    ("tool", "match `filter`, an object that may hold", "tool.filter", &[], &[]),
    ("workflow", "other fields are \"invalid\":", "workflow.definition", &[], &[]),
    ("workflow", "**The context** of a function:", "workflow.context", &[], &[]),
];

/// A shape, as a comment writes it.
#[derive(Debug, Default)]
struct Shape {
    fields: BTreeMap<String, Field>,
    /// It has `..`.
    is_open: bool,
}

#[derive(Debug, Default)]
struct Field {
    is_optional: bool,
    /// Its value, if it is one string.
    constant: Option<String>,
    nested: Vec<Shape>,
}

/// All comments of a file in one line, each paragraph ending in a full stop.
fn comments(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit").join(file).with_extension("wit");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.lines().map(|line| line.trim().strip_prefix("///").map_or(" . ", str::trim));
    lines.map(|line| if line.is_empty() { "." } else { line }).collect::<Vec<_>>().join(" ")
}

/// The shapes that lie in no other.
fn shapes(text: &str) -> Vec<Shape> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        // `{{topic}}` is a reference in a text.
        if let Some(behind) = rest[at..].strip_prefix("{{") {
            rest = behind.split_once("}}").unwrap().1;
            continue;
        }
        let (shape, behind) = shape(&rest[at + 1..]);
        rest = behind;
        if !shape.fields.is_empty() {
            found.push(shape);
        }
    }
    found
}

/// What stands behind `{`, and the text behind its `}`.
fn shape(mut rest: &str) -> (Shape, &str) {
    let (mut shape, mut is_quoted) = (Shape::default(), false);
    loop {
        rest = rest.trim_start_matches([' ', ',']);
        if let Some(behind) = rest.strip_prefix('}') {
            return (shape, behind);
        }
        if let Some(behind) = rest.strip_prefix("..") {
            (shape.is_open, rest) = (true, behind);
            continue;
        }
        let quote = rest.chars().next().filter(|sign| matches!(sign, '"' | '`'));
        if quote.is_none() && is_quoted {
            // A remark between commas.
            rest = field(rest).1;
            continue;
        }
        is_quoted |= quote.is_some();
        let name: String = rest.trim_start_matches(['"', '`']).chars().take_while(is_of_name).collect();
        assert!(!name.is_empty(), "no field: {}", rest.chars().take(40).collect::<String>());
        rest = &rest[name.len() + 2 * usize::from(quote.is_some())..];
        let (field, behind) = field(rest);
        shape.fields.insert(name, field);
        rest = behind;
    }
}

fn is_of_name(sign: &char) -> bool {
    sign.is_ascii_lowercase() || *sign == '_'
}

/// What stands behind a field's name, and the text from its `,` or `}` on.
fn field(mut rest: &str) -> (Field, &str) {
    let mut field = Field::default();
    if let Some(behind) = rest.strip_prefix('?') {
        (field.is_optional, rest) = (true, behind);
    }
    let mut value = String::new();
    let mut depth = 0;
    while let Some(sign) = rest.chars().next() {
        match sign {
            '}' if depth == 0 => break,
            ',' if depth == 0 && !rest[1..].starts_with(|next: char| next.is_ascii_digit()) => break,
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' => {
                let (nested, behind) = shape(&rest[1..]);
                field.nested.push(nested);
                rest = behind;
                continue;
            }
            _ => value.push(sign),
        }
        rest = &rest[sign.len_utf8()..];
    }
    let constant =
        value.trim().strip_prefix(':').map(str::trim).and_then(|value| value.strip_prefix('"')?.strip_suffix('"'));
    field.constant = constant.filter(|constant| constant.chars().all(|sign| is_of_name(&sign))).map(String::from);
    (field, rest)
}

/// A schema and what its references lead to.
struct Type {
    whole: Value,
    own: Value,
}

impl Type {
    fn named(name: &str) -> Type {
        let (schema_name, definition) = name.split_once('#').map_or((name, None), |(name, own)| (name, Some(own)));
        let found = schema::schemas().into_iter().find(|(known, _)| *known == schema_name);
        let whole = found.unwrap_or_else(|| panic!("no schema {schema_name}")).1.to_value();
        let own = match definition {
            Some(definition) => whole["$defs"].get(definition).unwrap_or_else(|| panic!("no {name}")).clone(),
            None => whole.clone(),
        };
        Type { whole, own }
    }

    fn at(&self, own: &Value) -> Type {
        Type { whole: self.whole.clone(), own: own.clone() }
    }

    /// Its objects: one, or the alternatives of a union. Each as its fields, with those that are required.
    fn objects(&self) -> Vec<(BTreeMap<String, Value>, BTreeSet<String>)> {
        if let Some(reference) = self.own.get("$ref").and_then(Value::as_str) {
            let target = self.whole.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference}"));
            return self.at(target).objects();
        }
        if let Some(items) = self.own.get("items") {
            return self.at(items).objects();
        }
        let list = |key: &str| self.own.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        let own: BTreeMap<String, Value> =
            self.own.get("properties").and_then(Value::as_object).cloned().unwrap_or_default().into_iter().collect();
        let required: BTreeSet<String> =
            list("required").iter().map(|name| name.as_str().unwrap_or_default().to_owned()).collect();
        let mut alternatives: Vec<_> =
            [list("oneOf"), list("anyOf")].concat().iter().flat_map(|one| self.at(one).objects()).collect();
        if alternatives.is_empty() {
            return if own.is_empty() { Vec::new() } else { vec![(own, required)] };
        }
        for (fields, needed) in &mut alternatives {
            fields.extend(own.clone());
            needed.extend(required.clone());
        }
        alternatives
    }

    fn fields(&self) -> BTreeSet<String> {
        self.objects().into_iter().flat_map(|(fields, _)| fields.into_keys()).collect()
    }

    /// Which of its objects the shape is, or what is wrong with each.
    fn find(&self, shape: &Shape, is_part: bool) -> Result<usize, String> {
        let mut problems = Vec::new();
        for (number, (fields, required)) in self.objects().iter().enumerate() {
            let problem = self.problem(shape, fields, required, is_part || shape.is_open);
            match problem {
                None => return Ok(number),
                Some(problem) => problems.push(problem),
            }
        }
        Err(if problems.is_empty() { "it is no object".into() } else { problems.join("; ") })
    }

    fn problem(
        &self,
        shape: &Shape,
        fields: &BTreeMap<String, Value>,
        required: &BTreeSet<String>,
        is_part: bool,
    ) -> Option<String> {
        if let Some(missing) = fields.keys().find(|name| !is_part && !shape.fields.contains_key(*name)) {
            return Some(format!("the comment does not name '{missing}'"));
        }
        for (name, told) in &shape.fields {
            let Some(property) = fields.get(name) else { return Some(format!("the type has no '{name}'")) };
            if told.is_optional && required.contains(name) {
                return Some(format!("'{name}' is always there"));
            }
            if let (Some(told), Some(constant)) = (&told.constant, property.get("const"))
                && constant != told
            {
                return Some(format!("'{name}' is {constant}, not \"{told}\""));
            }
            for nested in &told.nested {
                if let Err(problem) = self.at(property).find(nested, false) {
                    return Some(format!("in '{name}': {problem}"));
                }
            }
        }
        None
    }
}

#[test]
fn shapes_in_comments_have_the_fields_of_the_types() {
    let mut problems = Vec::new();
    let mut seen: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (file, rows) in SHAPES {
        let found = shapes(&comments(file));
        assert_eq!(found.len(), rows.len(), "shapes of wit/{file}.wit: {found:#?}");
        for (number, (shape, row)) in found.iter().zip(*rows).enumerate() {
            let (name, is_part) = match row {
                All(name) => (name, false),
                Part(name) => (name, true),
                NoType(why) => {
                    assert!(!why.is_empty());
                    continue;
                }
            };
            match Type::named(name).find(shape, is_part) {
                Ok(object) if !is_part => drop(seen.entry(name).or_default().insert(object)),
                Ok(_) => {}
                Err(problem) => problems.push(format!("wit/{file}.wit, shape {}, {name}: {problem}", number + 1)),
            }
        }
    }
    for (name, objects) in seen {
        let all = Type::named(name).objects();
        let untold = (0..all.len()).filter(|number| !objects.contains(number)).map(|number| &all[number].0);
        problems.extend(untold.map(|fields| format!("no comment tells of {name} with {fields:?}")));
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn every_file_with_shapes_has_rows() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_stem().unwrap().to_str().unwrap();
        let has_rows = SHAPES.iter().any(|(name, _)| *name == file);
        assert_eq!(has_rows, !shapes(&comments(file)).is_empty(), "{file}");
    }
}

/// The names in backticks behind `anchor`, outside brackets, until the sentence ends.
fn listed(text: &str, anchor: &str) -> BTreeSet<String> {
    assert_eq!(text.matches(anchor).count(), 1, "{anchor}");
    let mut rest = text.split_once(anchor).unwrap().1;
    let (mut names, mut depth) = (BTreeSet::new(), 0);
    while let Some(sign) = rest.chars().next() {
        rest = &rest[sign.len_utf8()..];
        match sign {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth -= 1,
            '`' if depth == 0 => {
                let (name, behind) = rest.split_once('`').unwrap();
                if name.chars().all(|sign| is_of_name(&sign)) {
                    names.insert(name.to_owned());
                }
                rest = behind;
            }
            '.' if depth == 0 && rest.starts_with(' ') => break,
            _ => {}
        }
    }
    names
}

#[test]
fn fields_that_sentences_list_are_those_of_the_types() {
    for (file, anchor, name, meant, elsewhere) in LISTS {
        let mut fields = Type::named(name).fields();
        for other in *meant {
            fields.retain(|field| !Type::named(other).fields().contains(field));
        }
        fields.retain(|field| !elsewhere.contains(&field.as_str()));
        assert_eq!(listed(&comments(file), anchor), fields, "wit/{file}.wit: {anchor} ({name})");
    }
}

#[test]
fn fields_of_a_tool_are_those_of_its_list() {
    let text = comments("tool");
    let text = text.split_once("`definition` is an object:").unwrap().1.split_once("Failures:").unwrap().0;
    let points = text.split(" - `").skip(1).map(|point| point.split_once('`').unwrap().0);
    let names: BTreeSet<String> =
        points.flat_map(|name| name.split("`, `")).chain(["name"]).map(String::from).collect();
    let mut fields = Type::named("tool.definition").fields();
    assert!(text.contains("- `category`, `tags`") && fields.remove("tags"));
    assert_eq!(names, fields);
}

#[test]
fn fields_and_conditions_of_a_workflow_are_those_of_its_lists() {
    let text = comments("workflow");
    let step = text.split_once("**A step** is an object:").unwrap().1.split_once("The previous output").unwrap().0;
    let told: BTreeSet<&str> =
        step.split('`').skip(1).step_by(2).filter(|name| name.chars().all(|sign| is_of_name(&sign))).collect();
    let fields = Type::named("workflow.definition#Step").fields();
    let missing: Vec<_> = fields.iter().filter(|name| !told.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let conditions = text.split_once("**A condition** is").unwrap().1.split_once("**References**").unwrap().0;
    let told: BTreeSet<&str> = conditions.split(['`', '"']).skip(1).step_by(2).collect();
    for (fields, _) in Type::named("workflow.definition#Condition").objects() {
        let kind = fields["type"]["const"].as_str().unwrap();
        let untold = fields.keys().map(String::as_str).chain([kind]).find(|name| !told.contains(name));
        assert!(untold.is_none(), "{kind}: {untold:?}");
    }
}

#[test]
fn every_code_is_told_of() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    let all = files.collect::<String>();
    for code in Code::ALL {
        assert!(all.contains(&format!("\"{code}\"")), "{code}");
    }
    let text = comments("types");
    let list = text.split_once("Stable, for programs:").unwrap().1.split_once("New codes").unwrap().0;
    let words: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    assert!(words.len() > 10, "{words:?}");
    for word in words {
        assert!(Code::parse(word).is_some(), "{word}");
    }
}
