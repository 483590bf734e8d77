//! Reads HTML that anybody may have written: piece by piece, and no further than its bounds.

use std::cell::Cell;

use ego_tree::NodeId;
use html5ever::TokenizerResult;
use html5ever::buffer_queue::BufferQueue;
use html5ever::tokenizer::{Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use llmspell_base::{Code, Failure};
use scraper::{ElementRef, Html, HtmlTreeSink, Node, Selector};

use super::reading::Reading;

/// Elements within each other. As browsers have it; the parser looks at all that are open again and again.
const MOST_DEPTH: usize = 512;
/// Elements and texts. Some texts are repeated by the rules of HTML: a page of a megabyte may become one of gigabytes.
const MOST_NODES: usize = 200_000;
/// Bytes between two looks at what has become of it.
const PIECE: usize = 1 << 10;

/// Attributes of one tag: the parser compares each with all before it.
const MOST_ATTRIBUTES: usize = 256;

/// Passes tokens on, and notes that there were some.
struct Watched {
    builder: Builder,
    has_token: Cell<bool>,
}

type Builder = TreeBuilder<NodeId, HtmlTreeSink>;

impl TokenSink for Watched {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        // An error is no token, and a tag may have many.
        if !matches!(token, Token::ParseError(_)) {
            self.has_token.set(true);
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// A page, parsed.
pub fn parse(text: &str, reading: &Reading) -> Result<Html, Failure> {
    let builder = TreeBuilder::new(HtmlTreeSink::new(Html::new_document()), TreeBuilderOpts::default());
    let parser = Tokenizer::new(Watched { builder, has_token: Cell::new(true) }, TokenizerOpts::default());
    let (input, mut rest, mut seen, mut checked) = (BufferQueue::default(), text, 0, 0);
    let mut tag = None;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(piece_length(rest));
        reading.check()?;
        // A tag begins where a piece begins.
        if parser.sink.has_token.replace(false) {
            let is_tag = piece.starts_with('<') && !piece.starts_with("<!") && !piece.starts_with("<?");
            tag = is_tag.then(Tag::default);
        }
        input.push_back(piece.into());
        while let TokenizerResult::Script(_) = parser.feed(&input) {}
        // Else it was none, or is over.
        if let Some(tag) = tag.as_mut().filter(|_| !parser.sink.has_token.get()) {
            tag.pass(piece)?;
        }
        checked += piece.len();
        if checked >= PIECE || behind.is_empty() {
            (seen, checked) = (check(&parser.sink.builder.sink.0.borrow(), seen)?, 0);
        }
        rest = behind;
    }
    while let TokenizerResult::Script(_) = parser.feed(&input) {}
    parser.end();
    let page = parser.sink.builder.sink.finish();
    // Elements may have been moved into others.
    check(&page, 0)?;
    Ok(page)
}

/// Up to the next tag.
fn piece_length(text: &str) -> usize {
    let mut end = text.len().min(PIECE);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let tag = text.as_bytes().get(1..end).and_then(|rest| memchr::memchr(b'<', rest));
    tag.map_or(end, |at| at + 1)
}

/// Looks at the nodes behind the first `seen`. How many there are now.
fn check(page: &Html, seen: usize) -> Result<usize, Failure> {
    let too_large = |what: String| Err(Failure::new(Code::TooLarge, format!("the page has {what}")));
    let count = page.tree.nodes().len();
    if count > MOST_NODES {
        return too_large(format!("more than {MOST_NODES} elements and texts"));
    }
    let mut before = None;
    for node in page.tree.nodes().rev().take(count.saturating_sub(seen)) {
        let parent = node.parent().map(|parent| parent.id());
        if parent != before && node.ancestors().take(MOST_DEPTH + 1).count() > MOST_DEPTH {
            return too_large(format!("more than {MOST_DEPTH} elements within each other"));
        }
        before = parent;
    }
    Ok(count)
}

/// Counts the attributes of tags, of which pieces arrive. Only what the parser took no token of is counted: that is a tag, or a comment.
#[derive(Default)]
struct Tag {
    /// Of a value: 0 between attributes, the quote, or b' ' without quotes.
    quote: u8,
    is_in_name: bool,
    is_value_next: bool,
    attributes: usize,
}

impl Tag {
    fn pass(&mut self, piece: &str) -> Result<(), Failure> {
        for byte in piece.bytes() {
            let is_space = byte.is_ascii_whitespace();
            match (self.quote, byte) {
                (b' ', _) if is_space => self.quote = 0,
                (0, b'>') | (b' ', b'>') => *self = Tag::default(),
                (0, b'"' | b'\'') if self.is_value_next => (self.quote, self.is_value_next) = (byte, false),
                (0, b'=') if self.is_in_name => (self.is_in_name, self.is_value_next) = (false, true),
                (0, _) if is_space => self.is_in_name = false,
                (0, b'/') if !self.is_value_next => self.is_in_name = false,
                (0, _) if self.is_value_next => (self.quote, self.is_value_next) = (b' ', false),
                (0, _) if !self.is_in_name => {
                    self.is_in_name = true;
                    self.attributes += 1;
                }
                (quote, _) if quote == byte => self.quote = 0,
                _ => {}
            }
        }
        if self.attributes > MOST_ATTRIBUTES {
            let message = format!("the page has a tag of more than {MOST_ATTRIBUTES} attributes");
            return Err(Failure::new(Code::TooLarge, message));
        }
        Ok(())
    }
}

const LONGEST_SELECTOR: usize = 1 << 10;

/// A CSS selector, without those parts that would compare each element with all beside or within it.
pub fn selector(text: &str) -> Result<Selector, Failure> {
    let shown = text.escape_debug().take(80).collect::<String>();
    if text.len() > LONGEST_SELECTOR || text.matches('(').count() > 16 {
        return Err(Failure::invalid(format!("the selector '{shown}' is too long")));
    }
    let lower = text.to_ascii_lowercase().replace("~=", "=");
    if let Some(part) = ["~", "+", ":has", ":nth-", "-of-type", "\\"].iter().find(|part| lower.contains(*part)) {
        return Err(Failure::invalid(format!(
            "the selector '{shown}' has '{part}' in it, which can't be used here: take the element from the list"
        )));
    }
    Selector::parse(text).map_err(|_| Failure::invalid(format!("'{shown}' is no CSS selector")))
}

/// The first so many elements in it that the selector is for.
pub fn select<'a>(
    within: ElementRef<'a>,
    selector: &Selector,
    most: usize,
    reading: &Reading,
) -> Result<Vec<ElementRef<'a>>, Failure> {
    let mut found = Vec::new();
    for element in within.descendants().filter_map(ElementRef::wrap) {
        reading.check()?;
        if found.len() >= most {
            break;
        }
        if selector.matches(&element) {
            found.push(element);
        }
    }
    Ok(found)
}

/// The text of an element and of what is in it, as it is read: without scripts and styles, in lines.
pub fn text(element: ElementRef<'_>, reading: &Reading) -> Result<String, Failure> {
    let mut found = String::new();
    // The elements that are begun and not ended, each with whether its text is shown.
    let mut hidden = 0_usize;
    for edge in element.traverse() {
        reading.check()?;
        match edge {
            ego_tree::iter::Edge::Open(node) => match node.value() {
                Node::Text(text) if hidden == 0 => {
                    reading.spend(text.len())?;
                    add(&mut found, text);
                }
                Node::Element(element) if is_hidden(element.name()) => hidden += 1,
                Node::Element(element) if is_block(element.name()) => end_line(&mut found),
                _ => {}
            },
            ego_tree::iter::Edge::Close(node) => {
                if let Node::Element(element) = node.value() {
                    if is_hidden(element.name()) {
                        hidden = hidden.saturating_sub(1);
                    } else if is_block(element.name()) {
                        end_line(&mut found);
                    }
                }
            }
        }
    }
    found.truncate(found.trim_end().len());
    Ok(found)
}

/// Whitespace is one space.
fn add(found: &mut String, text: &str) {
    for sign in text.chars() {
        match sign.is_whitespace() {
            true if found.is_empty() || found.ends_with([' ', '\n']) => {}
            true => found.push(' '),
            false => found.push(sign),
        }
    }
}

fn end_line(found: &mut String) {
    found.truncate(found.trim_end_matches(' ').len());
    if !found.is_empty() && !found.ends_with('\n') {
        found.push('\n');
    }
}

fn is_hidden(name: &str) -> bool {
    matches!(name, "script" | "style" | "noscript" | "template" | "head" | "svg" | "iframe" | "object")
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "br"
            | "dd"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "table"
            | "td"
            | "th"
            | "tr"
            | "ul"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_a_reader_sees() {
        let page = parse(
            "<html><head><title>T</title><style>x</style></head><body><h1>One</h1><p>two\n  <b>three</b><script>no()</script><ul><li>a<li>b</ul>",
            &Reading::test(),
        )
        .unwrap();
        assert_eq!(text(page.root_element(), &Reading::test()).unwrap(), "One\ntwo three\na\nb");
    }

    #[test]
    fn pages_that_are_deep_or_grow_are_refused() {
        for (name, page, says) in [
            ("moved", "<table>".to_owned() + &"<b>".repeat(5_000), "within each other"),
            ("deep", "<div>".repeat(100_000), "within each other"),
            ("deep, unbroken", "<b>".repeat(100_000), "within each other"),
            ("deep, another kind", "<svg><g>".repeat(50_000), "within each other"),
            ("tables", "<table><td>".repeat(50_000), "within each other"),
            (
                "a large tag",
                "<a".to_owned() + &(0..3_000).map(|n| format!(" a{n}")).collect::<String>(),
                "256 attributes",
            ),
            ("many", "<i></i>".repeat(300_000), "more than 200000"),
            (
                "repeated",
                (0..400).map(|n| format!("<b id={n}>")).collect::<String>() + &"</p><p>x".repeat(100_000),
                "more than 200000",
            ),
        ] {
            let problem = parse(&page, &Reading::test()).err().unwrap_or_else(|| panic!("{name} is taken"));
            assert!(problem.is(Code::TooLarge) && problem.message.contains(says), "{name}: {problem}");
        }
        assert!(parse(&"<p>".repeat(10_000), &Reading::test()).is_ok());
    }

    #[test]
    fn a_selector_is_bounded() {
        assert!(selector("a[class~=x]").is_ok());
        assert!(selector("div > a[href]:not(.x):first-child").is_ok());
        for bad in [
            "",
            "a ~ b",
            "a+b",
            "a:NTH-child(2)",
            "a:last-of-type",
            "a:has(b)",
            "a:HAS(b)",
            &":not(".repeat(50),
            &"a ".repeat(1_000),
            "<",
        ] {
            assert!(selector(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ordinary_large_tags_and_scripts_are_read() {
        let picture = format!("<img alt=\"{}\" src='data:{}'>", "a b ".repeat(2_000), "a/b+".repeat(50_000));
        let page = format!("<!-- {0} --><script>if (a<b) {{ {0} }}</script>{picture}<p>end", "x y ".repeat(5_000));
        let page = parse(&page, &Reading::test()).unwrap();
        assert_eq!(text(page.root_element(), &Reading::test()).unwrap(), "end");
    }

    #[test]
    fn all_texts_of_one_reading_are_counted_together() {
        let page = parse(&format!("<div>{}</div>", "x".repeat(5 << 20)), &Reading::test()).unwrap();
        let reading = Reading::test();
        assert!(text(page.root_element(), &reading).is_ok());
        assert!(text(page.root_element(), &reading).unwrap_err().is(Code::TooLarge));
    }
}
