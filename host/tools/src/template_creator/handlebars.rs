//! Handlebars in the words of Jinja.
//!
//! A library for it would run loops within loops that nothing counts. So the template is translated, and what runs is
//! metered. There are no partials and no helpers beside the ones below.

use super::tokens::{Token, tokens};

/// The function that a block `each` goes through.
pub const EACH: &str = "each_of";

const DEEPEST: usize = 32;

/// The function that tells what `if` takes for true: as in JavaScript, but for an empty list. `with` also takes 0.
pub const FILLED: &str = "is_filled";

/// The translation, and the texts between the tags, which it refers to: so nothing in them is taken for Jinja.
pub fn translate(source: &str) -> Result<(String, Vec<String>), String> {
    let mut translation = Translation { scopes: vec!["root".into()], ..Translation::default() };
    for token in tokens(source)? {
        match token {
            Token::Text(text) => translation.text(&text),
            Token::Tag { inside, .. } if inside.is_empty() => {}
            Token::Tag { inside, raw } => translation.tag(&inside, raw)?,
        }
    }
    match translation.blocks.last() {
        Some(Block { name, .. }) => Err(format!("the block '{{{{#{name}}}}}' has no end '{{{{/{name}}}}}'")),
        None => Ok((translation.source, translation.texts)),
    }
}

#[derive(Default)]
struct Translation {
    source: String,
    texts: Vec<String>,
    /// What names are looked up in, innermost last.
    scopes: Vec<String>,
    blocks: Vec<Block>,
}

/// An open block.
struct Block {
    name: String,
    end: &'static str,
    has_else: bool,
}

impl Translation {
    fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.source += &format!("{{{{ texts[{}]|safe }}}}", self.texts.len());
            self.texts.push(text.into());
        }
    }

    fn tag(&mut self, tag: &str, raw: bool) -> Result<(), String> {
        if let Some(block) = tag.strip_prefix('#') {
            return self.open(block.trim());
        }
        if let Some(name) = tag.strip_prefix('/') {
            return self.close(name.trim());
        }
        if tag == "^" || tag == "else" {
            return self.otherwise(None);
        }
        if let Some(condition) = tag.strip_prefix("else if ") {
            return self.otherwise(Some(condition));
        }
        if tag.starts_with("else ") {
            return Err(format!("'{{{{{}}}}}' can't be used: write {{{{else}}}}, and a block within", short(tag)));
        }
        if tag.starts_with('>') {
            return Err("a template has no others to include: '{{>' can't be used".into());
        }
        let (tag, raw) = tag.strip_prefix('&').map_or((tag, raw), |tag| (tag.trim(), true));
        let value = self.expression(tag)?;
        self.source += &format!("{{{{ {value}{} }}}}", if raw { "|safe" } else { "" });
        Ok(())
    }

    fn open(&mut self, block: &str) -> Result<(), String> {
        if self.blocks.len() >= DEEPEST {
            return Err(format!("the template has blocks more than {DEEPEST} levels deep"));
        }
        let (name, argument) = block.split_once(char::is_whitespace).unwrap_or((block, ""));
        let argument = self.expression(argument)?;
        let scope = format!("scope{}", self.blocks.len());
        let (begin, end, inner) = match name {
            "if" => (format!("{{% if {FILLED}({argument}) %}}"), "{% endif %}", None),
            "unless" => (format!("{{% if not {FILLED}({argument}) %}}"), "{% endif %}", None),
            "each" => {
                let begin = format!("{{% for {scope} in {EACH}({argument}) %}}");
                (begin, "{% endfor %}", Some(format!("{scope}.value")))
            }
            "with" => {
                let begin = format!("{{% with {scope} = {argument} %}}{{% if {FILLED}({scope}, true) %}}");
                (begin, "{% endif %}{% endwith %}", Some(scope))
            }
            other => {
                return Err(format!("there is no block '{{{{#{}}}}}': known are if, unless, each, with", short(other)));
            }
        };
        self.source += &begin;
        self.blocks.push(Block { name: name.into(), end, has_else: false });
        // Each block has a scope, so that closing it takes one away; if and unless stay where they are.
        let current = self.scopes.last().cloned().unwrap_or_default();
        self.scopes.push(inner.unwrap_or(current));
        Ok(())
    }

    /// What a block shows instead, in the scope around it.
    fn otherwise(&mut self, condition: Option<&str>) -> Result<(), String> {
        let Some(Block { name, has_else, .. }) = self.blocks.last_mut() else {
            return Err("'{{else}}' belongs to no block".into());
        };
        if *has_else {
            return Err(format!("'{{{{#{name}}}}}' has nothing behind its '{{{{else}}}}' but its end"));
        }
        let is_condition = name == "if" || name == "unless";
        match condition {
            Some(_) if !is_condition => {
                return Err(format!(
                    "'{{{{else if}}}}' can't be used in '{{{{#{name}}}}}': write {{{{else}}}}{{{{#if …}}}}"
                ));
            }
            Some(condition) => {
                let condition = self.expression(condition)?;
                self.source += &format!("{{% elif {FILLED}({condition}) %}}");
            }
            None => {
                *has_else = true;
                self.scopes.pop();
                let around = self.scopes.last().cloned().unwrap_or_default();
                self.scopes.push(around);
                self.source += "{% else %}";
            }
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), String> {
        match self.blocks.pop() {
            Some(block) if block.name == name => {
                self.source += block.end;
                self.scopes.pop();
                Ok(())
            }
            Some(Block { name: open, .. }) => {
                Err(format!("'{{{{/{}}}}}' ends a block, but '{{{{#{open}}}}}' is open", short(name)))
            }
            None => Err(format!("'{{{{/{}}}}}' ends no block", short(name))),
        }
    }

    /// A value, a path, or a helper with its arguments, in parentheses or bare.
    fn expression(&self, text: &str) -> Result<String, String> {
        let words = words(text)?;
        match words.as_slice() {
            [] => Err("a tag has nothing in it".into()),
            [one] => self.operand(one, 0),
            [helper, arguments @ ..] => self.helper(helper, arguments, 0),
        }
    }

    fn operand(&self, word: &str, depth: usize) -> Result<String, String> {
        if let Some(inner) = word.strip_prefix('(').and_then(|word| word.strip_suffix(')')) {
            if depth > DEEPEST {
                return Err("an expression is nested too deep".into());
            }
            let words = words(inner)?;
            let [helper, arguments @ ..] = words.as_slice() else { return Err("'()' has nothing in it".into()) };
            return self.helper(helper, arguments, depth + 1);
        }
        if let Some(text) = word.strip_prefix(['"', '\'']).and_then(|text| text.strip_suffix(['"', '\''])) {
            return Ok(serde_json::json!(text).to_string());
        }
        let is_number = word.starts_with(|sign: char| sign.is_ascii_digit() || "+-.".contains(sign));
        if is_number && word.parse::<f64>().is_ok_and(f64::is_finite) || ["true", "false"].contains(&word) {
            return Ok(word.into());
        }
        self.path(word)
    }

    fn helper(&self, helper: &str, arguments: &[String], depth: usize) -> Result<String, String> {
        let all = arguments.iter().map(|one| self.operand(one, depth)).collect::<Result<Vec<_>, _>>()?;
        let operator = |word: &str| Ok(format!("({})", all.join(&format!(" {word} "))));
        match (helper, all.as_slice()) {
            ("eq", [_, _]) => operator("=="),
            ("ne", [_, _]) => operator("!="),
            ("gt", [_, _]) => operator(">"),
            ("gte", [_, _]) => operator(">="),
            ("lt", [_, _]) => operator("<"),
            ("lte", [_, _]) => operator("<="),
            ("and", [_, _, ..]) => operator("and"),
            ("or", [_, _, ..]) => operator("or"),
            ("not", [one]) => Ok(format!("(not {one})")),
            ("len", [one]) => Ok(format!("({one}|length)")),
            ("lookup", [one, key]) => Ok(format!("({one})[{key}]")),
            _ => Err(format!(
                "there is no helper '{}' of {} arguments: known are eq, ne, gt, gte, lt, lte, and, or, not, len, lookup",
                short(helper),
                all.len()
            )),
        }
    }

    /// `a.b`, `this`, `this.a`, `../a`, `@index`, `@key`, `@first`, `@last`, `@root.a`.
    fn path(&self, path: &str) -> Result<String, String> {
        let mut scopes = self.distinct_scopes();
        let mut rest = path;
        while let Some(outer) = rest.strip_prefix("../") {
            if scopes.len() > 1 {
                scopes.pop();
            }
            rest = outer;
        }
        if let Some(name) = rest.strip_prefix('@') {
            // What `with` looks into is within the same item.
            let of_item = scopes.iter().rev().find_map(|scope| scope.strip_suffix(".value"));
            return match (name.split_once('.').unwrap_or((name, "")), of_item) {
                (("root", ""), _) => Ok("root".into()),
                (("root", path), _) => Ok(format!("root{}", steps(path)?)),
                (("index", ""), _) => Ok("loop.index0".into()),
                (("first", ""), _) => Ok("loop.first".into()),
                (("last", ""), _) => Ok("loop.last".into()),
                (("key", ""), Some(item)) => Ok(format!("{item}.key")),
                _ => Err(format!("'@{}' can't be used here", short(name))),
            };
        }
        let scope = scopes.last().map_or("root", |scope| scope);
        let rest = rest.strip_prefix("./").unwrap_or(rest);
        match rest {
            "this" | "." | "" => Ok(scope.into()),
            _ => Ok(format!("{scope}{}", steps(rest.strip_prefix("this.").unwrap_or(rest))?)),
        }
    }

    /// Without those of `if` and `unless`, which `..` does not see.
    fn distinct_scopes(&self) -> Vec<&str> {
        let mut scopes: Vec<&str> = self.scopes.iter().map(String::as_str).collect();
        scopes.dedup();
        scopes
    }
}

fn steps(path: &str) -> Result<String, String> {
    let step = |name: &str| {
        let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        let plain = |one: char| one.is_alphanumeric() || matches!(one, '_' | '-' | ' ' | '$');
        if name.is_empty() || !name.chars().all(plain) {
            return Err(format!("'{}' is no name of a value", short(path)));
        }
        Ok(match name.parse::<u32>() {
            Ok(place) => format!("[{place}]"),
            Err(_) => format!("[{}]", serde_json::json!(name)),
        })
    };
    path.split(['.', '/']).map(step).collect()
}

/// Words, where parentheses and quotes hold together.
fn words(text: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word, mut depth, mut quote) = (Vec::new(), String::new(), 0usize, None);
    for one in text.chars() {
        match (one, quote) {
            (one, Some(end)) => {
                word.push(one);
                if one == end {
                    quote = None;
                }
            }
            ('"' | '\'', None) => {
                word.push(one);
                quote = Some(one);
            }
            (one, None) if one.is_whitespace() && depth == 0 => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            (one, None) => {
                depth += usize::from(one == '(');
                depth = depth.saturating_sub(usize::from(one == ')'));
                word.push(one);
            }
        }
    }
    if depth > 0 || quote.is_some() {
        return Err(format!("'{}' has no end", short(text)));
    }
    if !word.is_empty() {
        words.push(word);
    }
    Ok(words)
}

fn short(word: &str) -> String {
    word.escape_debug().take(40).collect()
}
