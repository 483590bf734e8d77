//! Pieces of a drawing, which others are made of.

use std::fmt::Write as _;

/// Between boxes.
pub const GAP: u32 = 28;

/// A drawing of this size; what comes to it ends in the middle of its upper edge, what leaves it begins at the lower one.
pub struct Block {
    pub width: u32,
    pub height: u32,
    pub svg: String,
}

impl Block {
    pub fn new(width: u32, height: u32) -> Block {
        Block { width, height, svg: String::new() }
    }

    /// Another drawing at this place.
    pub fn put(&mut self, x: u32, y: u32, block: &Block) {
        if !block.svg.is_empty() {
            let _ = writeln!(self.svg, "<g transform=\"translate({x},{y})\">\n{}</g>", block.svg);
        }
    }

    pub fn rectangle(&mut self, class: &str, x: u32, y: u32, width: u32, height: u32) {
        let place = format!("x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"4\"");
        let _ = writeln!(self.svg, "<rect{} {place}/>", attribute(class));
    }

    pub fn text(&mut self, class: &str, x: u32, y: u32, text: &str) {
        let _ = writeln!(self.svg, "<text{} x=\"{x}\" y=\"{y}\">{}</text>", attribute(class), escape(text));
    }

    pub fn arrow(&mut self, x1: u32, y1: u32, x2: u32, y2: u32) {
        self.path("arrow", &format!("M{x1} {y1}L{x2} {y2}"));
    }

    /// From the lower edge of one to the upper edge of another.
    pub fn curve(&mut self, class: &str, (x1, y1): (u32, u32), (x2, y2): (u32, u32)) {
        let half = (y1 + y2) / 2;
        self.path(class, &format!("M{x1} {y1}C{x1} {half} {x2} {half} {x2} {y2}"));
    }

    pub fn path(&mut self, class: &str, way: &str) {
        let _ = writeln!(self.svg, "<path{} d=\"{way}\"/>", attribute(class));
    }

    pub fn dot(&mut self, x: u32, y: u32) {
        let _ = writeln!(self.svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"3\"/>");
    }
}

fn attribute(class: &str) -> String {
    let class = class.trim();
    if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") }
}

/// About as wide as it will be: no font is known here.
pub fn width_of(text: &str) -> u32 {
    let wide = |sign: char| if u32::from(sign) >= 0x1100 { 13 } else { 7 };
    text.chars().map(wide).sum()
}

/// Text of XML, whatever it looks like.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(sign),
        }
    }
    escaped
}
