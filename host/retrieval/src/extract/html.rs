//! Web pages: what somebody sees of them, as Markdown. The tokens are enough; without a tree, nothing can be nested too deep.

use std::convert::Infallible;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use super::Text;

/// The text of a page: headings, lists, tables and code blocks as Markdown has them; without scripts, styles and what is hidden.
pub fn html(page: &str) -> Result<String, String> {
    let mut state = State::default();
    // Attributes come one by one and are not kept: a tag may have any number of them.
    let callback = |event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
        state.take(event);
        None
    };
    let mut emitter = CallbackEmitter::new(callback);
    emitter.naively_switch_states(true);
    let Ok(_) = Tokenizer::new_with_emitter(page, emitter).finish();
    state.text.end()
}

#[derive(Default)]
struct State {
    text: Text,
    /// The start of an element that is being read.
    tag: Option<Tag>,
    /// An element that is left out, and how many of its name are open within it.
    skipped: Option<(String, usize)>,
    /// Whether blanks and line breaks count.
    preformatted: usize,
    cells: usize,
}

#[derive(Default)]
struct Tag {
    name: String,
    /// Of the attribute that is being read.
    attribute: String,
    is_hidden: bool,
}

/// Shown in no page.
const HIDDEN: [&str; 11] =
    ["script", "style", "title", "template", "noscript", "svg", "iframe", "object", "head", "select", "datalist"];

/// Elements without an end.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

const BLOCKS: [&str; 24] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "hr",
    "main",
    "nav",
    "p",
    "section",
    "summary",
    "table",
];

impl State {
    fn take(&mut self, event: CallbackEvent<'_>) {
        let text = String::from_utf8_lossy;
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Some(Tag { name: text(name).into_owned(), ..Tag::default() });
            }
            CallbackEvent::AttributeName { name } => {
                if let Some(tag) = &mut self.tag {
                    tag.is_hidden |= name == b"hidden";
                    tag.attribute = text(name).into_owned();
                }
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some(tag) = &mut self.tag {
                    tag.is_hidden |= hides(&tag.attribute, &text(value));
                }
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                if let Some(tag) = self.tag.take() {
                    self.start(&tag, self_closing);
                }
            }
            CallbackEvent::EndTag { name } => self.end(&text(name)),
            CallbackEvent::String { value } => self.characters(&text(value)),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag, self_closing: bool) {
        let name = &*tag.name;
        if let Some((skipped, open)) = &mut self.skipped {
            if *skipped == tag.name && !self_closing {
                *open += 1;
            }
            // A page may leave out the end of its head.
            if skipped == "head" && name == "body" {
                self.skipped = None;
            }
            return;
        }
        if (HIDDEN.contains(&name) || tag.is_hidden) && !self_closing && !VOID.contains(&name) {
            self.skipped = Some((tag.name.clone(), 1));
            return;
        }
        match name {
            "br" => self.text.line(),
            "pre" => {
                self.text.paragraph();
                self.text.push("```\n");
                self.preformatted += 1;
            }
            "li" => {
                self.text.line();
                self.text.push("- ");
            }
            "ul" | "ol" => self.text.line(),
            "tr" => {
                self.text.line();
                self.cells = 0;
            }
            "td" | "th" => {
                if self.cells > 0 {
                    self.text.push(" | ");
                }
                self.cells += 1;
            }
            _ => match level(name) {
                Some(level) => {
                    self.text.paragraph();
                    self.text.push(&"#".repeat(level));
                    self.text.push(" ");
                }
                None if BLOCKS.contains(&name) => self.text.paragraph(),
                None => {}
            },
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((skipped, open)) = &mut self.skipped {
            if skipped == name {
                *open -= 1;
                if *open == 0 {
                    self.skipped = None;
                }
            }
            return;
        }
        match name {
            "pre" if self.preformatted > 0 => {
                self.preformatted -= 1;
                self.text.line();
                self.text.push("```");
                self.text.paragraph();
            }
            "ul" | "ol" => self.text.line(),
            name if level(name).is_some() || BLOCKS.contains(&name) => self.text.paragraph(),
            _ => {}
        }
    }

    fn characters(&mut self, text: &str) {
        if self.skipped.is_some() {
            return;
        }
        if self.preformatted > 0 {
            return self.text.push(text);
        }
        let mut blank = text.starts_with(char::is_whitespace);
        for word in text.split_whitespace() {
            if blank && !self.text.text.is_empty() && !self.text.text.ends_with([' ', '\n']) {
                self.text.push(" ");
            }
            self.text.push(word);
            blank = true;
        }
        if text.ends_with(char::is_whitespace) && !self.text.text.is_empty() && !self.text.text.ends_with([' ', '\n']) {
            self.text.push(" ");
        }
    }
}

fn level(name: &str) -> Option<usize> {
    match name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(usize::from(digit - b'0')),
        _ => None,
    }
}

fn hides(attribute: &str, value: &str) -> bool {
    match attribute {
        "aria-hidden" => value == "true",
        "style" => {
            let style: String = value.chars().filter(|sign| !sign.is_whitespace()).collect();
            style.contains("display:none") || style.contains("visibility:hidden")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn what_somebody_sees_is_read() {
        let page = "<html><head><title>T</title><style>p{}</style></head><body><h1>Guide</h1><p>One <b>two</b>\n three.<script>no('<p>')</script></p>\
            <ul><li>a<li>b</ul><div hidden>secret<div>x</div></div><p style='display: none'>none</p><table><tr><td>1<td>2</tr></table><pre>a  b\n c</pre>&amp; end";
        assert_eq!(
            html(page).unwrap(),
            "# Guide\n\nOne two three.\n\n- a\n- b\n\n1 | 2\n\n```\na  b\n c\n```\n\n& end"
        );
    }

    #[test]
    fn pages_that_are_nested_without_end_are_read_like_others() {
        let deep = format!("{}text{}", "<div>".repeat(200_000), "<p>x".repeat(100_000));
        assert!(html(&deep).unwrap().starts_with("text"));
        let deep = "<div hidden>".repeat(200_000);
        assert_eq!(html(&deep).unwrap(), "");
        assert!(html(&"<".repeat(100_000)).is_ok());
    }

    #[test]
    fn a_tag_of_many_attributes_is_read_like_another() {
        let many: String = (0..200_000).map(|number| format!(" a{number}='>'")).collect();
        assert_eq!(html(&format!("<p{many}>text</p{many}><i hidden{many}>not</i>")).unwrap(), "text");
    }
}
