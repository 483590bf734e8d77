//! Reads HTML that anybody may have written: piece by piece, and no further than its bounds.

use html5ever::driver::{self, ParseOpts};
use html5ever::tendril::TendrilSink;
use llmspell_base::{Code, Failure};
use scraper::{Html, HtmlTreeSink, Node, Selector};

/// Elements within each other. As browsers have it; the parser looks at all that are open again and again.
const MOST_DEPTH: usize = 512;
/// Elements and texts. Some texts are repeated by the rules of HTML: a page of a megabyte may become one of gigabytes.
const MOST_NODES: usize = 200_000;
/// Bytes between two looks at what has become of it.
const PIECE: usize = 1 << 10;

/// A page, parsed.
pub fn parse(text: &str) -> Result<Html, Failure> {
    let mut parser = driver::parse_document(HtmlTreeSink::new(Html::new_document()), ParseOpts::default());
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = rest.len().min(PIECE);
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        let (piece, behind) = rest.split_at(end);
        parser.process(piece.into());
        check(&parser.tokenizer.sink.sink.0.borrow())?;
        rest = behind;
    }
    Ok(parser.finish())
}

fn check(page: &Html) -> Result<(), Failure> {
    let too_large = |what: String| Err(Failure::new(Code::TooLarge, format!("the page has {what}")));
    if page.tree.nodes().len() > MOST_NODES {
        return too_large(format!("more than {MOST_NODES} elements and texts"));
    }
    // What was added last lies in the elements that are open.
    let last = page.tree.nodes().next_back();
    if last.is_some_and(|node| node.ancestors().take(MOST_DEPTH + 1).count() > MOST_DEPTH) {
        return too_large(format!("more than {MOST_DEPTH} elements within each other"));
    }
    Ok(())
}

const LONGEST_SELECTOR: usize = 1 << 10;

/// A CSS selector. `:has` would compare everything with everything.
pub fn selector(text: &str) -> Result<Selector, Failure> {
    let shown = text.escape_debug().take(80).collect::<String>();
    if text.len() > LONGEST_SELECTOR || text.matches('(').count() > 16 || text.to_ascii_lowercase().contains(":has") {
        return Err(Failure::invalid(format!("the selector '{shown}' is too long, or has ':has' in it")));
    }
    Selector::parse(text).map_err(|_| Failure::invalid(format!("'{shown}' is no CSS selector")))
}

/// The text of an element and of what is in it, as it is read: without scripts and styles, in lines.
pub fn text(element: scraper::ElementRef<'_>) -> String {
    let mut found = String::new();
    // The elements that are begun and not ended, each with whether its text is shown.
    let mut hidden = 0_usize;
    for edge in element.traverse() {
        match edge {
            ego_tree::iter::Edge::Open(node) => match node.value() {
                Node::Text(text) if hidden == 0 => add(&mut found, text),
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
    found
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
        )
        .unwrap();
        assert_eq!(text(page.root_element()), "One\ntwo three\na\nb");
    }

    #[test]
    fn pages_that_are_deep_or_grow_are_refused() {
        for (name, page, says) in [
            ("deep", "<div>".repeat(100_000), "within each other"),
            ("deep, unbroken", "<b>".repeat(100_000), "within each other"),
            ("deep, another kind", "<svg><g>".repeat(50_000), "within each other"),
            ("tables", "<table><td>".repeat(50_000), "within each other"),
            ("many", "<i></i>".repeat(300_000), "more than 200000"),
            (
                "repeated",
                (0..400).map(|n| format!("<b id={n}>")).collect::<String>() + &"</p><p>x".repeat(100_000),
                "more than 200000",
            ),
        ] {
            let problem = parse(&page).err().unwrap_or_else(|| panic!("{name} is taken"));
            assert!(problem.is(Code::TooLarge) && problem.message.contains(says), "{name}: {problem}");
        }
        assert!(parse(&"<p>".repeat(10_000)).is_ok());
    }

    #[test]
    fn a_selector_is_bounded() {
        assert!(selector("div > a[href]:not(.x):nth-child(2)").is_ok());
        for bad in ["", "a:has(b)", "a:HAS(b)", &":not(".repeat(50), &"a ".repeat(1_000), "<"] {
            assert!(selector(bad).is_err(), "{bad}");
        }
    }
}
