//! The definition of a workflow, as a spell's prelude writes it.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The definition that `create` and `validate` take. A pattern has only the fields that mean something to it.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct Definition {
    /// 1 to 128 characters.
    #[schemars(length(min = 1, max = 128))]
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// How its steps follow each other.
    pub pattern: Pattern,
    /// Of "sequential" and "dag", and the body of a "loop".
    pub steps: Option<Vec<Step>>,
    /// Of "parallel" and "conditional".
    pub branches: Option<Vec<Branch>>,
    /// Conditional: the steps where no branch's condition holds.
    pub otherwise: Option<Vec<Step>>,
    /// Conditional: whether every branch runs whose condition holds; else the first.
    pub all_matching: Option<bool>,
    /// Parallel and dag: how much runs at once; 8 if absent.
    #[schemars(range(min = 1, max = 64))]
    pub max_concurrency: Option<u64>,
    /// Parallel: what becomes of the branches' outputs.
    pub merge: Option<Merge>,
    /// Loop: the numbers to go through.
    pub range: Option<Range>,
    /// Loop: a list, or a text that is one reference.
    pub collection: Option<Value>,
    /// Loop: asked before each iteration.
    pub r#while: Option<Condition>,
    /// Loop: 1,000 if absent.
    #[schemars(range(min = 1, max = 100_000))]
    pub max_iterations: Option<u64>,
    /// Loop: asked after each iteration; one that holds ends it.
    pub r#break: Option<Vec<Breaker>>,
    /// Loop: "collect_all" (if absent), "last_only", "first_n", "last_n" or "none".
    pub aggregation: Option<String>,
    /// Loop: how many of "first_n" or "last_n"; 10 if absent.
    #[schemars(range(min = 1, max = 100_000))]
    pub keep: Option<u64>,
    /// Loop: the wait between iterations.
    #[schemars(range(max = 86_400_000))]
    pub delay_ms: Option<u64>,
    /// "fail_fast" (if absent), "continue" or "retry".
    pub error_strategy: Option<String>,
    /// Of steps that have none.
    pub retry: Option<Retry>,
    /// Of the whole.
    #[schemars(range(min = 1, max = 86_400_000))]
    pub timeout_ms: Option<u64>,
    /// Of steps that have none.
    #[schemars(range(min = 1, max = 86_400_000))]
    pub step_timeout_ms: Option<u64>,
    /// The shared state at the beginning.
    pub state: Option<Map<String, Value>>,
}

/// How the steps of a workflow follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// One after another.
    Sequential,
    /// In branches, at the same time.
    Parallel,
    /// In the branch whose condition holds.
    Conditional,
    /// Again and again.
    Loop,
    /// As they depend on each other.
    Dag,
}

/// What becomes of the outputs of parallel branches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Merge {
    /// An object of them by branch.
    Object,
    /// A list of them.
    List,
    /// One text, a line each.
    Concat,
    /// That of the first branch that went well.
    First,
    /// That of the last branch that went well.
    Last,
}

/// A branch of a workflow.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct Branch {
    /// Unique in the workflow.
    pub name: String,
    /// One after another.
    pub steps: Vec<Step>,
    /// Conditional: when it runs.
    pub condition: Option<Condition>,
    /// Parallel: whether its failure is the workflow's; true if absent.
    pub required: Option<bool>,
    /// Of the whole branch.
    #[schemars(range(min = 1, max = 86_400_000))]
    pub timeout_ms: Option<u64>,
}

/// The numbers of a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct Range {
    /// The first.
    pub start: i64,
    /// Not included.
    pub end: i64,
    /// From one to the next; 1 if absent, never 0.
    pub step: Option<i64>,
}

/// What ends a loop.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct Breaker {
    /// Asked after each iteration.
    pub condition: Condition,
    /// Told in the result.
    pub message: Option<String>,
}

/// How often a step is tried, and when.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct Retry {
    /// The first included; 3 if absent.
    #[schemars(range(min = 1, max = 100))]
    pub max_attempts: Option<u64>,
    /// The wait before the second attempt; 1,000 if absent.
    #[schemars(range(max = 600_000))]
    pub delay_ms: Option<u64>,
    /// Of the wait, from one attempt to the next; 1 if absent.
    #[schemars(range(min = 1.0, max = 10.0))]
    pub multiplier: Option<f64>,
    /// The longest wait; 600,000 if absent.
    #[schemars(range(max = 600_000))]
    pub max_delay_ms: Option<u64>,
    /// Failures that are retried, and no others.
    #[schemars(length(max = 64))]
    pub codes: Option<Vec<String>>,
}

/// A step of a workflow: one of `agent`, `tool`, `llm`, `function` and `workflow`, and how it runs.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct Step {
    /// "step" and its number in its list, from 1, if absent.
    pub name: Option<String>,
    /// Runs an agent.
    pub agent: Option<AgentReference>,
    /// For the agent; the output of the step before if absent.
    pub prompt: Option<Value>,
    /// As in `agent.run`.
    pub options: Option<Map<String, Value>>,
    /// Calls the tool of this name.
    pub tool: Option<String>,
    /// For the tool or the workflow, or for the function in its context.
    pub input: Option<Value>,
    /// A request as in `agent.complete`.
    pub llm: Option<Map<String, Value>>,
    /// Calls a function of the spell.
    pub function: Option<u64>,
    /// Executes a workflow within this one.
    pub workflow: Option<Box<Definition>>,
    /// Where it does not hold the step is passed over.
    pub when: Option<Condition>,
    /// Dag: names of the steps that have to be over before.
    pub depends_on: Option<Vec<String>>,
    /// Of one attempt.
    #[schemars(range(min = 1, max = 86_400_000))]
    pub timeout_ms: Option<u64>,
    /// How often it is tried.
    pub retry: Option<Retry>,
    /// Whether its failure is tolerated.
    pub optional: Option<bool>,
    /// What is done about its failure.
    pub on_error: Option<OnError>,
}

/// The agent of a step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum AgentReference {
    /// One that `create` was given.
    Handle {
        /// Its place among the `agents`, from 0.
        handle: u64,
    },
    /// One of the run's.
    Name {
        /// Its name.
        name: String,
    },
}

/// What is done about the failure of a step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OnError {
    /// "continue".
    Word(String),
    /// Another step comes next.
    GoTo(GoTo),
    /// A function is called, whose answer is the output.
    Function(Function),
}

/// A later step of the same list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct GoTo {
    /// Its name.
    pub step: String,
}

/// A function of the spell.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct Function {
    /// The number that the guest gave it.
    pub function: u64,
}

/// What holds or not. It can also be `true`, `false` or a [`Function`].
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Condition {
    /// It holds.
    Always {},
    /// It does not hold.
    Never {},
    /// The shared state has this value there.
    SharedDataEquals {
        /// A key of the shared state.
        key: String,
        /// To compare with.
        value: Value,
    },
    /// The shared state has this key.
    SharedDataExists {
        /// A key of the shared state.
        key: String,
    },
    /// The output of a step is this value.
    StepResultEquals {
        /// The step's name.
        step: String,
        /// To compare with.
        value: Value,
    },
    /// A step went well.
    StepSucceeded {
        /// The step's name.
        step: String,
    },
    /// A step failed.
    StepFailed {
        /// The step's name.
        step: String,
    },
    /// The output of a step has this in it.
    StepOutputContains {
        /// The step's name.
        step: String,
        /// What is searched for.
        search_text: String,
    },
    /// The output of a step is this, apart from case and the space around it.
    AgentClassification {
        /// The step's name.
        step: String,
        /// To compare with.
        expected: String,
    },
    /// All of them hold.
    And {
        /// One after another, until one does not hold.
        conditions: Vec<Condition>,
    },
    /// One of them holds.
    Or {
        /// One after another, until one holds.
        conditions: Vec<Condition>,
    },
    /// It does not hold.
    Not {
        /// What must not hold.
        condition: Box<Condition>,
    },
    /// A reference, or two values with a comparison between them.
    Custom {
        /// Such as "{{state.count}} > 3".
        expression: String,
    },
}
