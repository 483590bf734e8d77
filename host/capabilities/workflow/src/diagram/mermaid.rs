//! Diagrams in the language of Mermaid, which Markdown viewers draw.

use std::fmt::Write as _;

use super::Mark;
use super::figure::{Figure, Frame, Part, Shown};

pub fn write(figure: &Figure) -> String {
    let mut writer = Writer::default();
    let start = writer.node("([", &[&figure.title], "])");
    writer.part(&figure.part, start, "");
    let mut text = format!("flowchart TD\n{}{}", writer.nodes, writer.arrows);
    for mark in Mark::ALL {
        let marked = writer.marked.iter().filter(|(_, of)| *of == mark).map(|(id, _)| id.as_str());
        let marked: Vec<&str> = marked.collect();
        if !marked.is_empty() {
            let (fill, stroke) = mark.colours();
            let class = mark.class();
            let _ = writeln!(text, "  classDef {class} fill:{fill},stroke:{stroke},color:#1a1a1a");
            let _ = writeln!(text, "  class {} {class}", marked.join(","));
        }
    }
    text
}

#[derive(Default)]
struct Writer {
    /// Nodes, and the frames around them.
    nodes: String,
    /// Behind all nodes: a node lies in the frame that names it first.
    arrows: String,
    count: usize,
    depth: usize,
    marked: Vec<(String, Mark)>,
}

impl Writer {
    /// A part that is come to from a node. The node that it is left from.
    fn part(&mut self, part: &Part, from: usize, label: &str) -> usize {
        match part {
            Part::Step(shown) => self.step(shown, from, label),
            Part::Chain(parts) => {
                let parts = parts.iter().enumerate();
                parts.fold(from, |from, (at, part)| self.part(part, from, if at == 0 { label } else { "" }))
            }
            Part::Fork { title, arms } => {
                let fork = self.node("{{", &[title], "}}");
                self.arrow(from, fork, "-->", label);
                let ends: Vec<(usize, &str)> =
                    arms.iter().map(|(label, part)| (self.part(part, fork, label), label.as_str())).collect();
                let join = self.node("((", &[" "], "))");
                for (end, label) in ends {
                    // An arm without steps leads past the others.
                    self.arrow(end, join, "-->", if end == fork { label } else { "" });
                }
                join
            }
            Part::Frame(frame) => self.frame(frame, from, label),
            Part::Net { parts, arrows, .. } => self.net(parts, arrows, from, label),
            Part::More(text) => {
                let node = self.node("[", &[text], "]");
                self.arrow(from, node, "-.->", label);
                node
            }
        }
    }

    fn step(&mut self, shown: &Shown, from: usize, label: &str) -> usize {
        let lines: Vec<&str> = std::iter::once(&shown.name).chain(&shown.lines).map(String::as_str).collect();
        let node = self.node("[", &lines, "]");
        self.marked.extend(shown.mark.map(|mark| (id(node), mark)));
        self.arrow(from, node, "-->", label);
        node
    }

    fn frame(&mut self, frame: &Frame, from: usize, label: &str) -> usize {
        self.count += 1;
        let (name, title) = (id(self.count), frame.title.iter().map(String::as_str).collect::<Vec<_>>());
        let is_framed = !title.is_empty();
        if is_framed {
            self.line(&format!("subgraph {name}[\"{}\"]", lines(&title)));
            self.depth += 1;
            self.marked.extend(frame.mark.map(|mark| (name, mark)));
        }
        let end = match &frame.again {
            None => self.part(&frame.part, from, label),
            Some(again) => {
                let head = self.node("{{", &[again], "}}");
                self.arrow(from, head, "-->", label);
                let last = self.part(&frame.part, head, "");
                self.arrow(last, head, "-.->", "again");
                head
            }
        };
        if is_framed {
            self.depth -= 1;
            self.line("end");
        }
        end
    }

    fn net(&mut self, parts: &[Part], arrows: &[(usize, usize)], from: usize, label: &str) -> usize {
        // What waits for nothing comes behind the node; each other one behind all that it waits for.
        let mut ends = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let before: Vec<usize> =
                arrows.iter().filter(|(_, to)| *to == at).filter_map(|(from, _)| ends.get(*from).copied()).collect();
            let first = before.first().copied().unwrap_or(from);
            let begin = self.count + 1;
            let end = self.part(part, first, if before.is_empty() { label } else { "" });
            before.iter().skip(1).for_each(|from| self.arrow(*from, begin, "-->", ""));
            ends.push(end);
        }
        let last = |at: &usize| !arrows.iter().any(|(from, _)| from == at);
        let lasts: Vec<usize> = (0..parts.len()).filter(last).filter_map(|at| ends.get(at).copied()).collect();
        match lasts.as_slice() {
            [] => from,
            [only] => *only,
            many => {
                let join = self.node("((", &[" "], "))");
                many.iter().for_each(|end| self.arrow(*end, join, "-->", ""));
                join
            }
        }
    }

    fn node(&mut self, open: &str, text: &[&str], close: &str) -> usize {
        self.count += 1;
        self.line(&format!("{}{open}\"{}\"{close}", id(self.count), lines(text)));
        self.count
    }

    fn arrow(&mut self, from: usize, to: usize, kind: &str, label: &str) {
        let label = if label.is_empty() { String::new() } else { format!("|\"{}\"|", escape(label)) };
        let _ = writeln!(self.arrows, "  {} {kind}{label} {}", id(from), id(to));
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.nodes, "{}{text}", "  ".repeat(self.depth + 1));
    }
}

fn id(number: usize) -> String {
    format!("n{number}")
}

fn lines(text: &[&str]) -> String {
    text.iter().map(|line| escape(line)).collect::<Vec<_>>().join("<br/>")
}

/// Letters, digits and spaces as they are, and a few signs between two of those; others by their numbers. What Mermaid,
/// Markdown, HTML or TeX could read as theirs is text.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    let mut before = ' ';
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let within = before.is_alphanumeric() && signs.peek().is_some_and(|next| next.is_alphanumeric());
        match sign {
            _ if sign.is_alphanumeric() => escaped.push(sign),
            ' ' => escaped.push(sign),
            ',' | '_' | '.' | '-' if within || sign == ',' => escaped.push(sign),
            _ => {
                let _ = write!(escaped, "#{};", u32::from(sign));
            }
        }
        before = sign;
    }
    escaped
}
