//! How far a workflow has come: what its result says beside what became of each step.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::Value;

use llmspell_api::workflow::{Data, Problem};
use llmspell_base::host_memory::{Held, weigh_parsed};

#[derive(Default)]
pub struct Progress {
    /// The first failure that nothing tolerates, where steps went on after it.
    pub first_error: Option<Problem>,
    /// Whether any step went well.
    pub any_completed: bool,
    pub completed_iterations: Option<u64>,
    pub executed_branches: Option<u64>,
    pub successful_branches: Option<u64>,
    pub iteration_outputs: Option<VecDeque<(Arc<Value>, Held)>>,
    pub break_message: Option<String>,
}

impl Progress {
    pub fn fail(&mut self, problem: Problem) {
        self.first_error.get_or_insert(problem);
    }

    pub fn show(&self, steps_executed: u64, output: &Value) -> Data {
        let outputs = self.iteration_outputs.as_ref();
        Data {
            steps_executed,
            final_output: output.clone(),
            completed_iterations: self.completed_iterations,
            successful_branches: self.successful_branches,
            executed_branches: self.executed_branches,
            iteration_outputs: outputs.map(|all| all.iter().map(|(output, _)| (**output).clone()).collect()),
            break_message: self.break_message.clone(),
        }
    }

    /// What showing it takes.
    pub fn weight(&self) -> usize {
        self.iteration_outputs.iter().flatten().map(|(output, _)| weigh_parsed(output)).sum()
    }
}
