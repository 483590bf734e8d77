//! Checks what steps refer to, when all of them are known.

use std::ops::Range;

use llmspell_api::workflow::Remark;
use llmspell_base::Failure;

use super::reader::{Reader, join};
use super::{Plan, Shape, Work};
use crate::condition::Condition;
use crate::interpolate::{self, Template, Unknown};

impl Reader {
    /// Remarks on steps and branches that are referred to and are not there.
    pub fn check_references(&mut self, path: &str, plan: &Plan) {
        if plan.steps.is_empty() {
            return;
        }
        for step in &plan.steps {
            let place = || join(path, &format!("step '{}'", step.name));
            if let Some(unknown) = step.work.template().and_then(|template| unknown(plan, template, &step.list)) {
                self.error(place(), unknown);
            }
            if let Some(unknown) = step.when.as_ref().and_then(|when| unknown_in(plan, when, &step.list)) {
                self.error(place(), unknown);
            }
        }
        let all = 0..plan.steps.len();
        for branch in plan.branches() {
            if let Some(unknown) = unknown_in(plan, &branch.condition, &branch.steps) {
                self.error(join(path, &format!("branch '{}'", branch.name)), unknown);
            }
        }
        if let Shape::Loop(repeat) = &plan.shape {
            let before = match &repeat.items {
                super::Items::While(condition) => Some(condition),
                _ => None,
            };
            let conditions = repeat.breaks.iter().map(|(condition, _)| condition).chain(before);
            for failure in conditions.filter_map(|condition| unknown_in(plan, condition, &all)).collect::<Vec<_>>() {
                self.error(path, failure);
            }
        }
        if let Shape::Conditional { branches, otherwise, all_matching: false } = &plan.shape
            && let Some((last, before)) = branches.split_last()
        {
            let holds = |condition: &Condition| matches!(condition, Condition::Is(true));
            if before.iter().any(|branch| holds(&branch.condition)) || holds(&last.condition) && !otherwise.is_empty() {
                self.warn(join(path, "branches"), "what comes after a condition that always holds never runs");
            }
        }
    }
}

fn unknown(plan: &Plan, template: &Template, list: &Range<usize>) -> Option<Failure> {
    let knows = |unknown: &Unknown<'_>| match unknown {
        Unknown::Step(name) => plan.find(name, list).is_some(),
        Unknown::Branch(branch, name) => plan.find_in(branch, name).is_some(),
    };
    interpolate::first_unknown(template, &knows).map(|reference| no_step(&reference, plan))
}

fn unknown_in(plan: &Plan, condition: &Condition, list: &Range<usize>) -> Option<Failure> {
    condition.steps().into_iter().find(|name| plan.find(name, list).is_none()).map(|name| no_step(name, plan))
}

fn no_step(reference: &str, plan: &Plan) -> Failure {
    interpolate::no_step(reference, &plan.known())
}

/// The tools that its steps call, and those of workflows in it.
pub fn tools_of(plan: &Plan) -> Vec<String> {
    let tools = |step: &super::Step| match &step.work {
        Work::Tool { name, .. } => vec![name.clone()],
        Work::Workflow { plan, .. } => tools_of(plan),
        _ => Vec::new(),
    };
    plan.steps.iter().flat_map(tools).collect()
}

/// Remarks on tools that can't be called now: they may still be defined before the workflow is executed.
pub fn remarks_on_tools(plan: &Plan, problem: &dyn Fn(&str) -> Option<Failure>) -> Vec<Remark> {
    let remark = |step: &super::Step| match &step.work {
        Work::Tool { name, .. } => {
            problem(name).map(|failure| vec![Remark { path: format!("step '{}'", step.key), message: failure.message }])
        }
        Work::Workflow { plan, .. } => Some(remarks_on_tools(plan, problem)),
        _ => None,
    };
    plan.steps.iter().filter_map(remark).flatten().collect()
}
