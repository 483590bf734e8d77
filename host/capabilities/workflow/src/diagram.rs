//! Diagrams of workflows: what the definition says and, where there is an execution, what became of its steps.
//!
//! Everything that a spell wrote is text in them, whatever it looks like. They are bounded: of many steps, the first are
//! drawn and the others counted.

use llmspell_base::Failure;
use llmspell_base::nearest::nearest;

use crate::execution::{Passage, StepState};
use crate::plan::{Plan, Step};

mod figure;
mod mermaid;
mod recorded;
mod svg;
mod words;

use figure::Figure;
pub use recorded::draw_recorded;

/// What a diagram is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The language of Mermaid, which Markdown viewers draw.
    Mermaid,
    /// A file of its own.
    Svg,
}

/// What is known beside the definition.
pub struct Known<'a> {
    /// The name of an agent that a step gives by number.
    pub agent: &'a dyn Fn(usize) -> Option<String>,
    /// How a step went.
    pub passage: &'a dyn Fn(&Step) -> Option<Passage>,
    /// How the execution goes, such as "completed"; `None`: there is none.
    pub status: Option<&'a str>,
    /// Of all models that the execution called.
    pub tokens: u64,
}

const FORMATS: &[&str] = &["mermaid", "svg"];

impl Format {
    /// "mermaid" or "svg".
    pub fn read(word: &str) -> Result<Format, Failure> {
        match word {
            "mermaid" => Ok(Format::Mermaid),
            "svg" => Ok(Format::Svg),
            other => {
                let other: String = other.chars().take(40).collect();
                let hint = nearest(&other, FORMATS);
                Err(Failure::invalid(format!("there is no format '{other}' of diagrams{hint}")))
            }
        }
    }
}

/// Draws a workflow.
pub fn draw(plan: &Plan, known: &Known<'_>, format: Format) -> String {
    let figure = Figure::of(plan, known);
    match format {
        Format::Mermaid => mermaid::write(&figure),
        Format::Svg => svg::write(&figure),
    }
}

/// How a step is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    UnderWay,
    Waiting,
    Completed,
    Failed,
    Skipped,
    /// It was under way, and was given up.
    Stopped,
}

impl Mark {
    pub const ALL: [Mark; 6] =
        [Mark::UnderWay, Mark::Waiting, Mark::Completed, Mark::Failed, Mark::Skipped, Mark::Stopped];

    fn of(state: StepState) -> Mark {
        match state {
            StepState::UnderWay => Mark::UnderWay,
            StepState::Waiting => Mark::Waiting,
            StepState::Completed => Mark::Completed,
            StepState::Failed => Mark::Failed,
            StepState::Skipped => Mark::Skipped,
            StepState::Stopped => Mark::Stopped,
        }
    }

    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            Mark::UnderWay => "under way",
            Mark::Waiting => "waiting",
            Mark::Completed => "completed",
            Mark::Failed => "failed",
            Mark::Skipped => "skipped",
            Mark::Stopped => "stopped",
        }
    }

    /// As a class, in one word.
    pub fn class(self) -> &'static str {
        match self {
            Mark::UnderWay => "underway",
            other => other.words(),
        }
    }

    /// (its filling, its border): dark text is legible on each.
    pub fn colours(self) -> (&'static str, &'static str) {
        match self {
            Mark::UnderWay => ("#dbe9ff", "#1c5fbf"),
            Mark::Waiting => ("#fff3cf", "#a77500"),
            Mark::Completed => ("#d9f2df", "#1e7d3a"),
            Mark::Failed => ("#ffdcd8", "#b3261e"),
            Mark::Skipped => ("#f1f1f1", "#8a8a8a"),
            Mark::Stopped => ("#e8e0f2", "#6a4c93"),
        }
    }
}
