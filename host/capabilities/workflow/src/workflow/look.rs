//! What can be seen of the last execution.

use serde_json::{Value, json};

use llmspell_base::host_memory::{HostMemory, weigh_parsed};
use llmspell_kernel::Result;

use super::Workflow;
use crate::diagram::{Format, Known, draw};
use crate::execution::Scope;
use crate::usage;

impl Workflow {
    /// A drawing of the definition, with what became of its steps in the last execution.
    pub fn diagram(&self, format: Format) -> String {
        let last = self.last().clone();
        let shared = last.as_ref().map(|execution| &execution.shared);
        let known = Known {
            agent: &|at| self.agents.get(at).map(|agent| agent.name()),
            passage: &|step| shared?.course.passage(step.number),
            status: last.as_ref().map(|execution| execution.status().word()),
            tokens: shared.map_or(0, |shared| usage::tokens(&shared.usage())),
        };
        draw(&self.plan, &known, format)
    }

    /// Part of the last execution.
    pub fn look(&self, path: &str, memory: &HostMemory) -> Result<Option<Value>> {
        let (what, name) = path.split_once('.').map_or((path, None), |(what, name)| (what, Some(name)));
        if what == "state" {
            let _held = memory.take(self.state.weight())?;
            return Ok(match name {
                Some(key) => self.state.get(key).map(|value| (*value).clone()),
                None => Some(self.state.show()),
            });
        }
        let Some(execution) = self.last().clone() else { return Ok(None) };
        match (what, name) {
            ("status", None) => return Ok(Some(json!(execution.status()))),
            ("execution_id", None) => return Ok(Some(json!(execution.shared.id))),
            ("input", None) => {
                let input = execution.scope.get().map(|scope| scope.input.clone());
                let _held = memory.take(input.as_deref().map_or(0, weigh_parsed))?;
                return Ok(input.map(|input| (*input).clone()));
            }
            ("scopes", Some(rest)) => {
                let nested = rest.split_once('.').and_then(|(number, path)| Some((number.parse().ok()?, path)));
                let scope = nested.and_then(|(number, path)| Some((execution.in_scope(number)?, path)));
                return scope.map_or(Ok(None), |(scope, path)| look_in(&scope, path, memory));
            }
            _ => {}
        }
        execution.scope.get().map_or(Ok(None), |scope| look_in(scope, path, memory))
    }
}

/// Part of what became of one workflow's steps.
fn look_in(scope: &Scope, path: &str, memory: &HostMemory) -> Result<Option<Value>> {
    let (what, name) = path.split_once('.').map_or((path, None), |(what, name)| (what, Some(name)));
    let (plan, records) = (&scope.plan, &scope.records);
    let _held = memory.take(if name.is_none() { records.weight() } else { 0 })?;
    let at = name.map(|name| plan.find(name, &(0..plan.steps.len())));
    Ok(match (what, at) {
        ("outputs", None) => Some(records.outputs(plan).into()),
        ("outputs", Some(Some(at))) => records.output(at).map(|output| (*output).clone()),
        ("steps", None) => Some(records.outcomes(plan).into()),
        ("steps", Some(Some(at))) => records.outcome(at).map(|outcome| json!(outcome)),
        _ => None,
    })
}
