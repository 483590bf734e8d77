//! A template in pieces: texts, and tags between them, with the white space that tags take away.
//!
//! As in handlebars.js: `~` takes all white space on its side, and a block tag, an `else` or a comment that stands alone on its line
//! takes the line with it.

/// One piece.
pub enum Token {
    Text(String),
    Tag {
        /// Without braces, `~` and outer white space. Empty: a comment.
        inside: String,
        raw: bool,
    },
}

/// A tag as it stands in the template.
struct Written {
    comment: bool,
    raw: bool,
    strips_before: bool,
    strips_after: bool,
    inside: String,
}

/// Each tag with the text before it, and the text behind the last one.
pub fn tokens(source: &str) -> Result<Vec<Token>, String> {
    let (mut texts, mut tags, mut rest) = (Vec::new(), Vec::new(), source);
    while let Some(at) = rest.find("{{") {
        let (before, tag) = rest.split_at(at);
        let (written, behind) = written(tag)?;
        texts.push(before);
        tags.push(written);
        rest = behind;
    }
    texts.push(rest);
    let mut kept: Vec<&str> = texts.clone();
    for (at, tag) in tags.iter().enumerate() {
        let alone = tag.may_stand_alone() && begins_line(&texts, at) && ends_line(&texts, at + 1);
        if let Some(before) = kept.get_mut(at) {
            *before = match (tag.strips_before, alone) {
                (true, _) => before.trim_end(),
                (_, true) => before.trim_end_matches([' ', '\t']),
                _ => before,
            };
        }
        if let Some(after) = kept.get_mut(at + 1) {
            *after = match (tag.strips_after, alone) {
                (true, _) => after.trim_start(),
                (_, true) => behind_line(after),
                _ => after,
            };
        }
    }
    let mut tokens = Vec::new();
    let mut kept = kept.into_iter();
    for tag in tags {
        tokens.push(Token::Text(kept.next().unwrap_or_default().into()));
        tokens.push(Token::Tag { inside: if tag.comment { String::new() } else { tag.inside }, raw: tag.raw });
    }
    tokens.push(Token::Text(kept.next().unwrap_or_default().into()));
    Ok(tokens)
}

/// The tag that a text begins with, and what is behind it.
fn written(tag: &str) -> Result<(Written, &str), String> {
    let inner = tag.get(2..).unwrap_or_default();
    let (strips_before, inner) = inner.strip_prefix('~').map_or((false, inner), |inner| (true, inner));
    let (open, close, inner) = if let Some(inner) = inner.strip_prefix("!--") {
        ("{{!--", "--", inner)
    } else if let Some(inner) = inner.strip_prefix('{') {
        ("{{{", "}", inner)
    } else {
        ("{{", "", inner)
    };
    let ends = [(format!("{close}}}}}"), false), (format!("{close}~}}}}"), true)];
    let found = ends.iter().filter_map(|(end, strips)| Some((inner.find(end.as_str())?, end.len(), *strips)));
    let Some((at, length, strips_after)) = found.min_by_key(|(at, ..)| *at) else {
        return Err(format!("the template has '{open}' without '{close}}}}}'"));
    };
    let (inside, behind) = (inner.get(..at).unwrap_or_default().trim(), inner.get(at + length..).unwrap_or_default());
    let comment = open == "{{!--" || inside.starts_with('!');
    let raw = open == "{{{";
    Ok((Written { comment, raw, strips_before, strips_after, inside: inside.into() }, behind))
}

impl Written {
    fn may_stand_alone(&self) -> bool {
        let is_else = self.inside == "else" || self.inside.starts_with("else ");
        self.comment || (!self.raw && (self.inside.starts_with(['#', '/', '^']) || is_else))
    }
}

/// Whether there is only white space between the beginning of the line and the tag behind this text.
fn begins_line(texts: &[&str], at: usize) -> bool {
    let text = texts.get(at).copied().unwrap_or_default();
    let line = text.rsplit_once('\n').map(|(_, line)| line);
    let line = line.or((at == 0).then_some(text));
    line.is_some_and(|line| line.trim_end_matches([' ', '\t']).is_empty())
}

/// Whether there is only white space between the tag before this text and the end of the line.
fn ends_line(texts: &[&str], at: usize) -> bool {
    let text = texts.get(at).copied().unwrap_or_default();
    let line = text.split_once('\n').map(|(line, _)| line);
    let line = line.or((at + 1 == texts.len()).then_some(text));
    line.is_some_and(|line| line.trim_end_matches('\r').trim_start_matches([' ', '\t']).is_empty())
}

fn behind_line(text: &str) -> &str {
    text.split_once('\n').map_or("", |(_, behind)| behind)
}
