//! Web pages: what somebody sees of them, as Markdown. The tokens are enough; without a tree, nothing can be nested too deep.

use std::cell::RefCell;

use html5ever::LocalName;
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{RawKind, Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::Text;

/// The text of a page: headings, lists, tables and code blocks as Markdown has them; without scripts, styles and what is hidden.
pub fn html(page: &str) -> Result<String, String> {
    let tokenizer = Tokenizer::new(Page::default(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(page));
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.0.into_inner().text.end()
}

#[derive(Default)]
struct Page(RefCell<State>);

#[derive(Default)]
struct State {
    text: Text,
    /// An element that is left out, and how many of its name are open within it.
    skipped: Option<(LocalName, usize)>,
    /// Whether blanks and line breaks count.
    preformatted: usize,
    cells: usize,
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

impl TokenSink for Page {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                state.start(&tag);
                return raw(&tag.name);
            }
            Token::TagToken(tag) => state.end(&tag.name),
            Token::CharacterTokens(text) => state.characters(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// What stands in these is text to their end, whatever it looks like.
fn raw(name: &LocalName) -> TokenSinkResult<()> {
    let kind: RawKind = match &**name {
        "script" => ScriptData,
        "style" | "iframe" | "noembed" | "noframes" | "xmp" => Rawtext,
        "title" | "textarea" => Rcdata,
        _ => return TokenSinkResult::Continue,
    };
    TokenSinkResult::RawData(kind)
}

impl State {
    fn start(&mut self, tag: &Tag) {
        let name = &*tag.name;
        if let Some((skipped, open)) = &mut self.skipped {
            if *skipped == tag.name && !tag.self_closing {
                *open += 1;
            }
            // A page may leave out the end of its head.
            if &**skipped == "head" && name == "body" {
                self.skipped = None;
            }
            return;
        }
        if (HIDDEN.contains(&name) || is_hidden(tag)) && !tag.self_closing && !VOID.contains(&name) {
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

    fn end(&mut self, name: &LocalName) {
        if let Some((skipped, open)) = &mut self.skipped {
            if skipped == name {
                *open -= 1;
                if *open == 0 {
                    self.skipped = None;
                }
            }
            return;
        }
        match &**name {
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

fn is_hidden(tag: &Tag) -> bool {
    tag.attrs.iter().any(|attribute| match &*attribute.name.local {
        "hidden" => true,
        "aria-hidden" => &*attribute.value == "true",
        "style" => {
            let style: String = attribute.value.chars().filter(|sign| !sign.is_whitespace()).collect();
            style.contains("display:none") || style.contains("visibility:hidden")
        }
        _ => false,
    })
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
}
