//! Finds what texts and conditions refer to, when all steps are known.

use std::mem;
use std::ops::Range;

use serde_json::Value;

use super::{Items, Plan, Shape, Work};
use crate::interpolate::{Single, Template};

impl Plan {
    /// Finds all references in it. Until then, templates are values, and operands of expressions are texts.
    pub fn resolve(&mut self) {
        let mut weight = 0;
        for at in 0..self.steps.len() {
            // Taken out meanwhile: what its list is called is asked of the plan.
            let Some(step) = self.steps.get_mut(at) else { continue };
            let (list, mut when) = (step.list.clone(), step.when.take());
            let mut work = mem::replace(&mut step.work, Work::Llm(Template::Value(Value::Null)));
            let has_step = |name: &str| self.find(name, &list).is_some();
            when.iter_mut().for_each(|when| when.resolve(&has_step));
            if let Work::Workflow { plan, .. } = &work {
                weight += plan.weight;
            }
            if let Some(template) = work.template_mut() {
                let value = mem::replace(template, Template::Value(Value::Null));
                if let Template::Value(value) = value {
                    *template = Template::of(value, &has_step);
                }
                weight += template.weight();
            }
            if let Some(step) = self.steps.get_mut(at) {
                (step.work, step.when) = (work, when);
            }
        }
        self.resolve_shape();
        self.weight = weight;
    }

    fn resolve_shape(&mut self) {
        let mut shape = mem::replace(&mut self.shape, Shape::Sequential(0..0));
        // A branch is found by its name while its steps are asked for.
        let has_step = |list: &Range<usize>, name: &str| self.find(name, list).is_some();
        match &mut shape {
            Shape::Parallel { branches, .. } | Shape::Conditional { branches, .. } => {
                for branch in branches {
                    let list = branch.steps.clone();
                    branch.condition.resolve(&|name| has_step(&list, name));
                }
            }
            Shape::Loop(repeat) => {
                let list = repeat.steps.clone();
                let has_step = |name: &str| has_step(&list, name);
                match &mut repeat.items {
                    Items::While(condition) => condition.resolve(&has_step),
                    Items::Text(text) => {
                        if let Some(single) = Single::of(text, &has_step) {
                            repeat.items = Items::Reference(single);
                        }
                    }
                    _ => {}
                }
                repeat.breaks.iter_mut().for_each(|(condition, _)| condition.resolve(&has_step));
            }
            Shape::Sequential(_) | Shape::Dag(_) => {}
        }
        self.shape = shape;
    }
}

impl Work {
    /// What is interpolated for it.
    pub fn template(&self) -> Option<&Template> {
        match self {
            Work::Agent { prompt: template, .. }
            | Work::Workflow { input: template, .. }
            | Work::Function { input: template, .. } => template.as_ref(),
            Work::Tool { input, .. } | Work::Llm(input) => Some(input),
        }
    }

    fn template_mut(&mut self) -> Option<&mut Template> {
        match self {
            Work::Agent { prompt: template, .. }
            | Work::Workflow { input: template, .. }
            | Work::Function { input: template, .. } => template.as_mut(),
            Work::Tool { input, .. } | Work::Llm(input) => Some(input),
        }
    }
}
