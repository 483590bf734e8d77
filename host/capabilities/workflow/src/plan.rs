//! What a definition says, read and checked: the plan of a workflow.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use llmspell_api::workflow::Merge;
use llmspell_base::Failure;

use crate::condition::Condition;
use crate::interpolate::Template;

mod branches;
mod check;
mod order;
mod reader;
mod repeat;
mod resolve;
mod retry;
mod steps;

pub use check::{remarks_on_tools, tools_of};
use reader::Reader;
pub use reader::{Problem, Remarks};
pub use repeat::{Aggregation, Items, Repeat, too_many};
pub use retry::Retry;

/// What a spell writes freely, where `function` and `agent` mean nothing.
pub const FREE_FIELDS: [&str; 7] = ["input", "prompt", "options", "llm", "collection", "state", "value"];

/// A workflow as it will be executed.
#[derive(Debug)]
pub struct Plan {
    pub name: String,
    pub shape: Shape,
    /// All steps, list by list.
    pub steps: Vec<Step>,
    /// Steps by what they are called in the whole workflow.
    pub keys: HashMap<String, usize>,
    /// Whether steps go on after one that failed.
    pub continues: bool,
    pub timeout: Option<Duration>,
    /// The shared state at the beginning.
    pub state: Map<String, Value>,
    /// What is known of the references in its texts takes so much of the host's memory, those of workflows within it included.
    pub weight: usize,
}

/// How the steps follow each other. The steps of a list lie behind each other in the plan.
#[derive(Debug)]
pub enum Shape {
    Sequential(Range<usize>),
    Parallel { branches: Vec<Branch>, concurrency: usize, merge: Merge },
    Conditional { branches: Vec<Branch>, otherwise: Range<usize>, all_matching: bool },
    Loop(Box<Repeat>),
    Dag(Graph),
}

/// Steps that wait for others.
#[derive(Debug)]
pub struct Graph {
    pub concurrency: usize,
    /// For each step, those that have to be over before it.
    pub needs: Vec<Vec<usize>>,
    /// An order in which they could begin.
    pub order: Vec<usize>,
    /// For each step, its place in that order.
    pub ranks: Vec<usize>,
}

#[derive(Debug)]
pub struct Branch {
    pub name: String,
    pub steps: Range<usize>,
    pub condition: Condition,
    pub required: bool,
    pub timeout: Option<Duration>,
}

#[derive(Debug)]
pub struct Step {
    /// Unique in the whole definition, workflows within it included.
    pub number: usize,
    /// Unique in its list.
    pub name: String,
    /// Unique in the workflow: the name, or "branch:name" where that is used twice.
    pub key: String,
    /// Where its list lies.
    pub list: Range<usize>,
    pub work: Work,
    pub when: Option<Condition>,
    pub timeout: Option<Duration>,
    pub retry: Option<Arc<Retry>>,
    pub optional: bool,
    pub on_error: OnError,
}

/// What a step does.
#[derive(Debug)]
pub enum Work {
    /// Without a prompt it gets the output of the step before.
    Agent {
        agent: AgentReference,
        prompt: Option<Template>,
        options: Value,
    },
    Tool {
        name: String,
        input: Template,
    },
    Llm(Template),
    /// Its context has this input, or else that of the workflow.
    Function {
        handler: u64,
        input: Option<Template>,
    },
    /// Without an input it gets the output of the step before.
    Workflow {
        plan: Arc<Plan>,
        input: Option<Template>,
    },
}

#[derive(Debug)]
pub enum AgentReference {
    /// Among those that the workflow was created with.
    Handle(usize),
    Name(String),
}

/// What is done about a failure that is left after all attempts.
#[derive(Debug)]
pub enum OnError {
    /// What the workflow's strategy says.
    Strategy,
    Continue,
    /// A later step of the list.
    GoTo(usize),
    Function(u64),
}

impl Plan {
    /// Reads a definition whose steps may refer to so many agents; `None`: any. The remarks hold what is wrong with it.
    pub fn read(definition: Value, agents: Option<usize>) -> (Option<Plan>, Remarks) {
        let mut reader = Reader::new(agents);
        let plan = reader.plan("", definition, 1);
        let remarks = reader.into_remarks();
        (plan.filter(|_| remarks.errors.is_empty()), remarks)
    }

    /// The same, where the first error is the failure.
    pub fn create(definition: Value, agents: usize) -> Result<Plan, Failure> {
        let (plan, remarks) = Plan::read(definition, Some(agents));
        match (plan, remarks.errors.into_iter().next()) {
            (Some(plan), None) => Ok(plan),
            (_, problem) => Err(problem.map_or_else(|| Failure::invalid("the workflow"), Problem::failure)),
        }
    }

    /// The step of this name, as one of this list sees it: "step<N>" is the list's N-th, whatever its name.
    pub fn find(&self, name: &str, list: &Range<usize>) -> Option<usize> {
        let own = || self.steps.get(list.clone())?.iter().position(|step| step.name == name).map(|at| list.start + at);
        // A list of a thousand is not gone through for each name.
        match self.keys.get(name) {
            Some(at) => Some(*at),
            None => own().or_else(|| numbered(name, list)),
        }
    }

    /// A step of a branch.
    pub fn find_in(&self, branch: &str, name: &str) -> Option<usize> {
        let branch = self.branches().iter().find(|one| one.name == branch)?;
        let steps = self.steps.get(branch.steps.clone())?;
        let found = steps.iter().position(|step| step.name == name).map(|at| branch.steps.start + at);
        found.or_else(|| numbered(name, &branch.steps))
    }

    pub fn branches(&self) -> &[Branch] {
        match &self.shape {
            Shape::Parallel { branches, .. } | Shape::Conditional { branches, .. } => branches,
            _ => &[],
        }
    }

    /// What its steps are called, for messages: at most twenty.
    pub fn known(&self) -> String {
        let names: Vec<&str> = self.steps.iter().take(MOST_NAMES).map(|step| step.key.as_str()).collect();
        match self.steps.len().checked_sub(names.len()) {
            Some(more @ 1..) => format!("{} and {more} more", names.join(", ")),
            _ => names.join(", "),
        }
    }

    pub fn pattern(&self) -> &'static str {
        match self.shape {
            Shape::Sequential(_) => "sequential",
            Shape::Parallel { .. } => "parallel",
            Shape::Conditional { .. } => "conditional",
            Shape::Loop(_) => "loop",
            Shape::Dag(_) => "dag",
        }
    }
}

impl Work {
    /// What it is, for hooks.
    pub fn kind(&self) -> &'static str {
        match self {
            Work::Agent { .. } => "agent",
            Work::Tool { .. } => "tool",
            Work::Llm(_) => "llm",
            Work::Function { .. } => "function",
            Work::Workflow { .. } => "workflow",
        }
    }
}

/// Names that a message lists.
const MOST_NAMES: usize = 20;

/// The place of "step<N>", from 1.
fn numbered(name: &str, list: &Range<usize>) -> Option<usize> {
    let number: usize = name.strip_prefix("step")?.parse().ok()?;
    let at = list.start.checked_add(number.checked_sub(1)?)?;
    (at < list.end).then_some(at)
}
