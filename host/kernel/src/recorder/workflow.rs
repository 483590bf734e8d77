//! How workflows go, for those who watch a run.

use std::time::Duration;

/// Something about a workflow, or about one of its steps.
#[derive(Debug, Clone, Copy)]
pub struct WorkflowEvent<'a> {
    /// "execution-" and a number, which is that of the outermost workflow.
    pub execution: &'a str,
    /// The workflow's name, as the spell gave it.
    pub workflow: &'a str,
    /// How many workflows it lies within.
    pub depth: usize,
    /// What happened.
    pub what: WorkflowMoment<'a>,
}

/// What happens to a workflow.
#[derive(Debug, Clone, Copy)]
pub enum WorkflowMoment<'a> {
    /// It begins; it has so many steps, those of workflows within it not counted.
    Began {
        /// How many.
        steps: usize,
    },
    /// Something about one of its steps.
    Step {
        /// The step's name, unique in the workflow.
        name: &'a str,
        /// What happened to it.
        what: StepMoment<'a>,
    },
    /// It is over.
    Ended {
        /// How it ended, such as "completed".
        status: &'a str,
        /// What it took.
        used: Used,
    },
}

/// What happens to a step.
#[derive(Debug, Clone, Copy)]
pub enum StepMoment<'a> {
    /// It is under way.
    Began,
    /// An attempt failed, and it waits for the next.
    Waits {
        /// The attempt that failed, from 1.
        attempt: u64,
        /// The failure's code.
        code: &'a str,
        /// How long it waits.
        delay: Duration,
    },
    /// It went well.
    Completed(Used),
    /// It failed, with all its attempts.
    Failed {
        /// The failure's code.
        code: &'a str,
        /// What it took.
        used: Used,
    },
    /// It was passed over.
    Skipped,
    /// It was over in an earlier run, which the execution goes on from.
    Recalled(Used),
    /// It was under way, and was given up: it took too long, or what it is a part of was over.
    Stopped,
}

/// What something took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// From its beginning to its end, in milliseconds.
    pub duration_ms: u64,
    /// Of the models that it called, without those that functions of the spell called.
    pub tokens: u64,
}
