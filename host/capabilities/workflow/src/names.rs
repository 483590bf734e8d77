//! What references and conditions can refer to: the input, the state, what became of steps, and where a loop is.

use std::ops::Range;
use std::sync::Arc;

use serde_json::{Value, json};

use llmspell_api::workflow::{self as api, StepStatus};
use llmspell_base::Failure;

use crate::execution::{Scope, Shared, Turn};
use crate::interpolate::{Found, Names, Reference, no_step};

/// What a step sees, or a condition.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub shared: &'a Shared,
    pub scope: &'a Scope,
    /// Where the list of steps begins and ends from which it is seen.
    pub list: (usize, usize),
    pub previous: &'a Arc<Value>,
    pub turn: Option<&'a Turn>,
}

const LOOP_FIELDS: &str = "current_value, current_item, index, iteration, total_iterations";

impl<'a> View<'a> {
    pub fn list(&self) -> Range<usize> {
        self.list.0..self.list.1
    }

    /// What a function of the spell gets.
    pub fn context(&self, step: Option<&str>, error: Option<&api::Problem>, input: Option<&Value>) -> Value {
        let iteration =
            self.turn.map(|turn| api::Iteration { index: turn.index, value: &turn.value, total: turn.total });
        json!(api::Context {
            execution: &self.shared.id,
            workflow: &self.scope.plan.name,
            scope: self.scope.number,
            step,
            input: input.unwrap_or(&self.scope.input),
            previous: self.previous,
            iteration,
            error,
        })
    }

    pub fn step(&self, name: &str) -> Result<usize, Failure> {
        let found = self.scope.plan.find(name, &self.list());
        found.ok_or_else(|| no_step(name, &self.scope.plan.known()))
    }

    /// The output of a step, if it has one.
    pub fn output(&self, name: &str) -> Result<Option<Arc<Value>>, Failure> {
        Ok(self.scope.records.output(self.step(name)?))
    }

    pub fn status(&self, name: &str) -> Result<Option<StepStatus>, Failure> {
        Ok(self.scope.records.status(self.step(name)?))
    }

    fn in_loop<'p>(&self, field: &str, path: &'p str) -> Result<Found<'p>, Failure> {
        let Some(turn) = self.turn else {
            return Err(Failure::invalid(format!("'loop:{field}' is referred to outside of a loop")));
        };
        let number = |number: u64| Ok(Found::Value(Arc::new(number.into()), path));
        match field {
            "current_value" | "current_item" | "value" | "item" => Ok(Found::Value(turn.value.clone(), path)),
            "index" | "current_index" => number(turn.index),
            "iteration" => number(turn.index + 1),
            "total_iterations" | "total" => turn.total.map_or(Ok(Found::Empty), number),
            _ => Err(Failure::invalid(format!("a loop has no '{field}'; known are: {LOOP_FIELDS}"))),
        }
    }

    fn has_input(&self, path: &str) -> bool {
        let key = path.split('.').next().unwrap_or_default();
        self.scope.input.as_object().is_some_and(|input| input.contains_key(key))
    }

    fn of_step<'p>(&self, at: usize, path: &'p str) -> Found<'p> {
        let Some(output) = self.scope.records.output(at) else {
            self.scope.miss(at);
            return Found::Empty;
        };
        Found::Value(output, path)
    }
}

impl Names for View<'_> {
    fn find<'p>(&self, reference: &Reference<&'p str>) -> Result<Found<'p>, Failure> {
        let plan = &self.scope.plan;
        Ok(match *reference {
            Reference::Input { path, .. } => Found::Value(self.scope.input.clone(), path),
            Reference::Previous { path, .. } => Found::Value(self.previous.clone(), path),
            Reference::State { path, .. } => self.shared.state.find(path).unwrap_or(Found::Empty),
            Reference::Step { name, path, .. } => self.of_step(self.step(name)?, path),
            Reference::StepOrVariable { name, path, variable } => match plan.find(name, &self.list()) {
                Some(at) => self.of_step(at, path),
                None if self.has_input(variable) => Found::Value(self.scope.input.clone(), variable),
                None => return Err(no_step(name, &plan.known())),
            },
            Reference::Branch { branch, name, path } => match plan.find_in(branch, name) {
                Some(at) => self.of_step(at, path),
                None => return Err(no_step(&format!("{branch}:{name}"), &plan.known())),
            },
            Reference::Iteration => match self.turn {
                Some(turn) => Found::Value(Arc::new((turn.index + 1).into()), ""),
                None => Found::Nothing,
            },
            Reference::Loop { field, path } => self.in_loop(field, path)?,
            Reference::Variable { path } if self.has_input(path) => Found::Value(self.scope.input.clone(), path),
            Reference::Variable { path } => self.shared.state.find(path).unwrap_or(Found::Nothing),
        })
    }
}
