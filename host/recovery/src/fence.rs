//! Code fences of Markdown in a text.

/// What lies between two fences, or behind one that is not closed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fence<'a> {
    /// The first word behind the fence, such as "json"; "" where there is none.
    pub language: &'a str,
    pub content: &'a str,
    pub is_closed: bool,
}

/// The fenced parts, in their order. One within another, of fewer marks, belongs to that.
pub fn fences(text: &str) -> Vec<Fence<'_>> {
    let mut found = Vec::new();
    let mut open: Option<(&str, &str, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, next) = (at, at + line.len());
        at = next;
        let Some(mark) = mark(line.trim_start()) else { continue };
        let behind = line.trim_start().get(mark.len()..).unwrap_or_default().trim();
        match open {
            None => open = Some((mark, behind.split_whitespace().next().unwrap_or_default(), next)),
            Some((opened, language, from)) if behind.is_empty() && mark.starts_with(opened) => {
                let content = text.get(from..start).unwrap_or_default();
                found.push(Fence { language, content, is_closed: true });
                open = None;
            }
            Some(_) => {}
        }
    }
    if let Some((_, language, from)) = open {
        found.push(Fence { language, content: text.get(from..).unwrap_or_default(), is_closed: false });
    }
    found
}

/// Three or more backticks or tildes.
fn mark(line: &str) -> Option<&str> {
    let first = line.chars().next().filter(|first| matches!(first, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(first).len();
    line.get(..length).filter(|mark| mark.len() >= 3)
}
