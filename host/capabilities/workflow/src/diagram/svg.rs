//! Diagrams as SVG: one file without scripts, fonts or anything from elsewhere.

use std::fmt::Write as _;

use super::Mark;
use super::figure::{Figure, Frame, Part, Shown};

mod block;

use block::{Block, GAP, escape, width_of};

const MARGIN: u32 = 16;
const LINE: u32 = 16;
const PADDING: u32 = 12;
/// Room for the label of an arrow.
const LABEL: u32 = 44;

pub fn write(figure: &Figure) -> String {
    let (block, title) = (part(&figure.part), escape(&figure.title));
    let width = block.width.max(width_of(&figure.title) + 2 * PADDING) + 2 * MARGIN;
    let (top, left) = (MARGIN + 2 * LINE, (width - block.width) / 2);
    let height = top + block.height + MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\">\n<title>{title}</title>\n{}<rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n",
        style()
    );
    let _ = writeln!(svg, "<text class=\"name\" x=\"{}\" y=\"{}\">{title}</text>", width / 2, MARGIN + LINE);
    let _ = writeln!(svg, "<g transform=\"translate({left},{top})\">\n{}</g>\n</svg>", block.svg);
    svg
}

fn style() -> String {
    let mut style = String::from(
        "<defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" \
         orient=\"auto-start-reverse\"><path class=\"tip\" d=\"M0 0L10 5L0 10z\"/></marker></defs>\n<style>\n\
         text{font:12px sans-serif;fill:#1a1a1a;text-anchor:middle}.name{font-weight:bold}\n\
         .label{font-size:11px;fill:#444;stroke:#fff;stroke-width:3px;paint-order:stroke}\n\
         rect{fill:#fff;stroke:#555}.page{stroke:none}path{fill:none;stroke:#555}.tip,circle{fill:#555;stroke:none}\n\
         .arrow{marker-end:url(#tip)}.again{stroke-dasharray:4 3}\n",
    );
    for mark in Mark::ALL {
        let (fill, stroke) = mark.colours();
        let _ = writeln!(style, ".{0}{{fill:{fill};stroke:{stroke}}}", mark.class());
    }
    style + ".frame{fill:none;stroke-dasharray:4 3}\n</style>\n"
}

fn part(part: &Part) -> Block {
    match part {
        Part::Step(shown) => step(shown),
        Part::Chain(parts) => chain(parts.iter().map(self::part).collect()),
        Part::Fork { title, arms } => fork(title, arms),
        Part::Frame(frame) => self::frame(frame),
        Part::Net { parts, layers, arrows } => net(parts, layers, arrows),
        Part::More(text) => boxed(None, &[text], "frame"),
    }
}

fn step(shown: &Shown) -> Block {
    let lines: Vec<&str> = shown.lines.iter().map(String::as_str).collect();
    boxed(Some(&shown.name), &lines, shown.mark.map_or("", Mark::class))
}

/// A box with a name and lines of text.
fn boxed(name: Option<&str>, lines: &[&str], class: &str) -> Block {
    let widest = name.into_iter().chain(lines.iter().copied()).map(width_of).max().unwrap_or(0);
    let (width, height) = (widest + 2 * PADDING, PADDING + LINE * (lines.len() + usize::from(name.is_some())) as u32);
    let mut block = Block::new(width, height);
    block.rectangle(class, 0, 0, width, height);
    let mut y = LINE;
    for (class, line) in name.map(|name| ("name", name)).into_iter().chain(lines.iter().map(|line| ("", *line))) {
        block.text(class, width / 2, y, line);
        y += LINE;
    }
    block
}

fn chain(blocks: Vec<Block>) -> Block {
    let width = blocks.iter().map(|block| block.width).max().unwrap_or(0);
    let height = blocks.iter().map(|block| block.height).sum::<u32>() + GAP * (blocks.len() as u32).saturating_sub(1);
    let (mut all, mut y) = (Block::new(width, height), 0);
    for block in blocks {
        if y > 0 {
            all.arrow(width / 2, y - GAP, width / 2, y);
        }
        y += block.height + GAP;
        let top = y - block.height - GAP;
        all.put((width - block.width) / 2, top, &block);
    }
    all
}

fn fork(title: &str, arms: &[(String, Part)]) -> Block {
    let head = boxed(None, &[title], "");
    let blocks: Vec<(&str, Block, u32)> = arms
        .iter()
        .map(|(label, arm)| {
            let block = part(arm);
            let room = block.width.max(width_of(label) + PADDING);
            (label.as_str(), block, room)
        })
        .collect();
    let side = blocks.iter().map(|(_, _, room)| room + GAP).sum::<u32>().saturating_sub(GAP);
    let (width, tallest) = (side.max(head.width), blocks.iter().map(|(_, block, _)| block.height).max().unwrap_or(0));
    let (top, height) = (head.height + LABEL, head.height + LABEL + tallest + GAP);
    let mut all = Block::new(width, height);
    all.put((width - head.width) / 2, 0, &head);
    let mut x = (width - side) / 2;
    for (label, block, room) in &blocks {
        let middle = x + room / 2;
        if block.height > 0 {
            all.curve("arrow", (width / 2, head.height), (middle, top));
            all.put(middle - block.width / 2, top, block);
            all.curve("", (middle, top + block.height), (width / 2, height));
        } else {
            all.curve("", (width / 2, head.height), (middle, top));
            all.curve("", (middle, top), (width / 2, height));
        }
        all.text("label", middle, top - PADDING, label);
        x += room + GAP;
    }
    all.dot(width / 2, height);
    all
}

fn frame(frame: &Frame) -> Block {
    let inner = part(&frame.part);
    let titles: Vec<&str> = frame.title.iter().chain(&frame.again).map(String::as_str).collect();
    let widest = titles.iter().map(|line| width_of(line)).max().unwrap_or(0);
    // On the right, where an arrow leads back.
    let side = if frame.again.is_some() { GAP } else { 0 };
    let width = (inner.width + 2 * side).max(widest) + 2 * PADDING;
    let top = PADDING + LINE * titles.len() as u32 + GAP / 2;
    let height = top + inner.height + GAP / 2 + PADDING;
    let mut block = Block::new(width, height);
    block.rectangle(&format!("frame {}", frame.mark.map_or("", Mark::class)), 0, 0, width, height);
    for (at, line) in titles.iter().enumerate() {
        block.text(if at == 0 { "name" } else { "label" }, width / 2, LINE * (at as u32 + 1), line);
    }
    let (middle, left) = (width / 2, (width - inner.width) / 2);
    block.put(left, top, &inner);
    if frame.again.is_some() {
        let (bottom, right) = (top + inner.height, left + inner.width + GAP / 2);
        let (low, high) = (bottom + GAP / 2, top - GAP / 2);
        let way = format!("M{middle} {bottom}V{low}H{right}V{high}H{middle}V{top}");
        block.path("arrow again", &way);
    }
    block
}

fn net(parts: &[Part], layers: &[Vec<usize>], arrows: &[(usize, usize)]) -> Block {
    let blocks: Vec<Block> = parts.iter().map(part).collect();
    let row = |layer: &[usize]| {
        let blocks = layer.iter().filter_map(|at| blocks.get(*at));
        blocks.fold((0, 0), |(width, height), block| (width + block.width + GAP, block.height.max(height)))
    };
    let rows: Vec<(u32, u32)> = layers.iter().map(|layer| row(layer)).collect();
    let width = rows.iter().map(|(width, _)| width.saturating_sub(GAP)).max().unwrap_or(0);
    let height = rows.iter().map(|(_, height)| height + LABEL).sum::<u32>().saturating_sub(LABEL);
    let mut all = Block::new(width, height);
    let mut places = vec![(0, 0); blocks.len()];
    let mut y = 0;
    for (layer, (side, tall)) in layers.iter().zip(&rows) {
        let mut x = (width - side.saturating_sub(GAP)) / 2;
        for at in layer {
            let Some((block, place)) = blocks.get(*at).zip(places.get_mut(*at)) else { continue };
            *place = (x, y);
            x += block.width + GAP;
        }
        y += tall + LABEL;
    }
    let middle = |at: usize, below: bool| {
        let ((x, y), block) = (places.get(at)?, blocks.get(at)?);
        Some((x + block.width / 2, if below { y + block.height } else { *y }))
    };
    for (from, to) in arrows {
        if let Some((from, to)) = middle(*from, true).zip(middle(*to, false)) {
            all.curve("arrow", from, to);
        }
    }
    // Above the arrows that lead past them.
    for (block, (x, y)) in blocks.iter().zip(&places) {
        all.put(*x, *y, block);
    }
    all
}
