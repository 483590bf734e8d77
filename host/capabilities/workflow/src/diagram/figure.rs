//! What is drawn, whatever it is written as: boxes, one behind another, side by side, within each other.

use super::words::{clean, condition, duration, items};
use super::{Known, Mark};
use crate::plan::{AgentReference, Branch, Graph, OnError, Plan, Shape, Step, Work};

pub struct Figure {
    pub title: String,
    pub part: Part,
}

/// Each has one way in and one way out.
pub enum Part {
    Step(Box<Shown>),
    /// One behind another.
    Chain(Vec<Part>),
    /// Side by side.
    Fork {
        title: String,
        arms: Vec<(String, Part)>,
    },
    Frame(Box<Frame>),
    /// Boxes by their layers, and which comes before which.
    Net {
        parts: Vec<Part>,
        layers: Vec<Vec<usize>>,
        arrows: Vec<(usize, usize)>,
    },
    /// What is not drawn.
    More(String),
}

/// A step: its name, and lines about it.
pub struct Shown {
    pub name: String,
    pub lines: Vec<String>,
    pub mark: Option<Mark>,
}

/// What lies within a workflow or a loop.
pub struct Frame {
    pub title: Vec<String>,
    pub part: Part,
    /// What it is gone through for, again and again.
    pub again: Option<String>,
    pub mark: Option<Mark>,
}

/// So many steps are drawn.
const MOST_STEPS: usize = 200;
const MOST_ARROWS: usize = 1_000;
const NAME_CHARS: usize = 40;

impl Figure {
    pub fn of(plan: &Plan, known: &Known<'_>) -> Figure {
        let mut title = format!("{} ({})", clean(&plan.name, NAME_CHARS), plan.pattern());
        if let Some(status) = known.status {
            title.push_str(&format!(": {}", status.replace('_', " ")));
            if known.tokens > 0 {
                title.push_str(&format!(", {} tokens", known.tokens));
            }
        }
        Figure { title, part: Builder { known, left: MOST_STEPS }.plan(plan) }
    }
}

struct Builder<'k> {
    known: &'k Known<'k>,
    /// Steps that may still be drawn.
    left: usize,
}

impl Builder<'_> {
    fn plan(&mut self, plan: &Plan) -> Part {
        match &plan.shape {
            Shape::Sequential(list) => self.chain(plan, list.clone()),
            Shape::Parallel { branches, .. } => self.fork("at the same time", plan, branches, |branch| {
                if branch.required { String::new() } else { "optional".into() }
            }),
            Shape::Conditional { branches, otherwise, all_matching } => {
                let title = if *all_matching { "all that hold" } else { "the first that holds" };
                let mut fork =
                    self.fork(title, plan, branches, |branch| format!("if {}", condition(&branch.condition)));
                let arm =
                    if otherwise.is_empty() { Part::Chain(Vec::new()) } else { self.chain(plan, otherwise.clone()) };
                if let Part::Fork { arms, .. } = &mut fork {
                    arms.push(("otherwise".into(), arm));
                }
                fork
            }
            Shape::Loop(repeat) => {
                let mut again = items(&repeat.items);
                let breaks =
                    repeat.breaks.iter().take(3).map(|(break_when, _)| format!(" until {}", condition(break_when)));
                again.extend(breaks);
                let part = self.chain(plan, repeat.steps.clone());
                Part::Frame(Box::new(Frame { title: Vec::new(), part, again: Some(clean(&again, 80)), mark: None }))
            }
            Shape::Dag(graph) => self.net(plan, graph),
        }
    }

    fn chain(&mut self, plan: &Plan, list: std::ops::Range<usize>) -> Part {
        let steps = plan.steps.get(list).unwrap_or_default();
        let mut parts = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            if self.left == 0 {
                parts.push(more(steps.len() - at, "steps"));
                break;
            }
            parts.push(self.step(plan, step));
        }
        Part::Chain(parts)
    }

    fn fork(&mut self, title: &str, plan: &Plan, branches: &[Branch], label: impl Fn(&Branch) -> String) -> Part {
        let mut arms = Vec::new();
        for (at, branch) in branches.iter().enumerate() {
            if self.left == 0 {
                arms.push((String::new(), more(branches.len() - at, "branches")));
                break;
            }
            let chain = self.chain(plan, branch.steps.clone());
            let label = [clean(&branch.name, NAME_CHARS), clean(&label(branch), 60)].join(" ");
            arms.push((label.trim_end().to_owned(), chain));
        }
        Part::Fork { title: title.into(), arms }
    }

    fn net(&mut self, plan: &Plan, graph: &Graph) -> Part {
        let mut places = std::collections::HashMap::new();
        let (mut parts, mut layers, mut depths) = (Vec::new(), Vec::<Vec<usize>>::new(), Vec::<usize>::new());
        let mut arrows = Vec::new();
        // In an order in which each comes behind those that it waits for.
        for (at, step) in graph.order.iter().filter_map(|at| Some((*at, plan.steps.get(*at)?))) {
            if self.left == 0 {
                break;
            }
            let place = parts.len();
            parts.push(self.step(plan, step));
            let before = graph.needs.get(at).into_iter().flatten().filter_map(|need| places.get(need).copied());
            let before: Vec<usize> = before.collect();
            let depth = before.iter().filter_map(|at| depths.get(*at)).max().map_or(0, |depth| depth + 1);
            arrows
                .extend(before.into_iter().map(|from| (from, place)).take(MOST_ARROWS - arrows.len().min(MOST_ARROWS)));
            layers.resize(layers.len().max(depth + 1), Vec::new());
            layers.get_mut(depth).into_iter().for_each(|layer| layer.push(place));
            depths.push(depth);
            places.insert(at, place);
        }
        let (drawn, needs) = (parts.len(), graph.needs.iter().map(Vec::len).sum::<usize>());
        let net = Part::Net { parts, layers, arrows };
        match plan.steps.len() - drawn {
            0 if needs <= MOST_ARROWS => net,
            0 => Part::Chain(vec![net, more(needs - MOST_ARROWS, "dependencies")]),
            rest => Part::Chain(vec![net, more(rest, "steps")]),
        }
    }

    fn step(&mut self, plan: &Plan, step: &Step) -> Part {
        self.left = self.left.saturating_sub(1);
        let (name, mark) = (clean(&step.name, NAME_CHARS), self.mark(step));
        let mut lines = vec![self.work(&step.work)];
        lines.extend(step.when.as_ref().map(|when| format!("if {}", condition(when))));
        lines.extend(step.retry.as_ref().map(|retry| format!("up to {} attempts", retry.most_attempts)));
        lines.extend(on_error(plan, step));
        lines.extend(self.passage(step));
        let lines: Vec<String> = lines.iter().map(|line| clean(line, 48)).collect();
        match &step.work {
            Work::Workflow { plan: inner, .. } => {
                let title =
                    [vec![format!("{name}: {}", inner.pattern())], lines.into_iter().skip(1).collect()].concat();
                match self.plan(inner) {
                    // One frame for both.
                    Part::Frame(frame) if frame.title.is_empty() => {
                        Part::Frame(Box::new(Frame { title, mark, ..*frame }))
                    }
                    part => Part::Frame(Box::new(Frame { title, part, again: None, mark })),
                }
            }
            _ => Part::Step(Box::new(Shown { name, lines, mark })),
        }
    }

    fn work(&self, work: &Work) -> String {
        match work {
            Work::Agent { agent: AgentReference::Name(name), .. } => format!("agent {name}"),
            Work::Agent { agent: AgentReference::Handle(at), .. } => {
                (self.known.agent)(*at).map_or_else(|| "agent".into(), |name| format!("agent {name}"))
            }
            Work::Tool { name, .. } => format!("tool {name}"),
            Work::Llm(request) => request.field("model").map_or_else(|| "llm".into(), |model| format!("llm {model}")),
            Work::Function { .. } | Work::Workflow { .. } => work.kind().into(),
        }
    }

    fn mark(&self, step: &Step) -> Option<Mark> {
        (self.known.passage)(step).map(|passage| Mark::of(passage.state))
    }

    /// "completed, 3 times, 1.2 s, 340 tokens"
    fn passage(&self, step: &Step) -> Option<String> {
        let (mark, passage) = (self.mark(step)?, (self.known.passage)(step)?);
        let mut words = vec![mark.words().to_owned()];
        if passage.times > 1 {
            words.push(format!("{} times", passage.times));
        }
        if passage.times > 0 && !matches!(mark, Mark::UnderWay | Mark::Waiting) {
            words.push(duration(passage.duration_ms));
        }
        if passage.tokens > 0 {
            words.push(format!("{} tokens", passage.tokens));
        }
        Some(words.join(", "))
    }
}

fn on_error(plan: &Plan, step: &Step) -> Option<String> {
    match step.on_error {
        OnError::GoTo(later) => plan.steps.get(later).map(|later| format!("on failure: to {}", later.name)),
        OnError::Function(_) => Some("on failure: function".into()),
        OnError::Continue => Some("on failure: goes on".into()),
        OnError::Strategy => step.optional.then(|| "optional".into()),
    }
}

fn more(count: usize, what: &str) -> Part {
    Part::More(format!("and {count} more {what}"))
}
