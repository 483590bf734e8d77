//! A parser of JSON that goes on where JSON alone would end.

use serde_json::{Map, Value};

use crate::repair::{Recovery, Repair};
use crate::word::{Numeral, literal, literal_cut_off, numeral};

/// How deep lists and objects lie in each other, at most: as for JSON anywhere else here.
pub const DEPTH: usize = 127;

/// Why it can't be read, and the byte where that shows.
#[derive(Debug)]
pub struct Wrong {
    pub at: usize,
    pub message: String,
}

type Read<T> = Result<T, Wrong>;

pub struct Reader<'a> {
    text: &'a str,
    pub at: usize,
    recovery: Recovery,
    /// Whether prose stands before it: then a text without quotes is most likely prose as well.
    in_prose: bool,
    /// What closes the lists and objects that are open.
    open: Vec<char>,
    /// The last text of a list, which turned out to be a name in the object around it.
    pending: Option<String>,
    pub repairs: Vec<Repair>,
    /// Whether a member of an object was read: then it is meant as JSON.
    pub has_members: bool,
    /// How many letters may still be looked at.
    pub left: usize,
}

const QUOTES: &[char] = &['"', '\'', '`', '\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}', '\u{ab}'];
/// How far it is looked ahead.
const AHEAD: usize = 128;

impl<'a> Reader<'a> {
    pub fn new(text: &'a str, at: usize, recovery: Recovery, in_prose: bool, left: usize) -> Reader<'a> {
        Reader {
            text,
            at,
            recovery,
            in_prose,
            open: Vec::new(),
            pending: None,
            repairs: Vec::new(),
            has_members: false,
            left,
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The little that is looked at ahead: so each look costs as little, however often it is taken.
    fn ahead(&self) -> &'a str {
        let rest = self.rest();
        rest.get(..rest.floor_char_boundary(AHEAD)).unwrap_or(rest)
    }

    fn charge(&mut self, bytes: usize) -> Read<()> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| self.wrong("it begins too often"))?;
        Ok(())
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Read<Option<char>> {
        self.left = self.left.checked_sub(1).ok_or_else(|| self.wrong("it begins too often"))?;
        let next = self.peek();
        self.at += next.map_or(0, char::len_utf8);
        Ok(next)
    }

    fn wrong(&self, message: impl Into<String>) -> Wrong {
        Wrong { at: self.at, message: message.into() }
    }

    fn note(&mut self, repair: Repair) -> Read<()> {
        if self.recovery < repair.needs() {
            return Err(self.wrong(format!("there is {}", repair.found())));
        }
        if !self.repairs.contains(&repair) {
            self.repairs.push(repair);
        }
        Ok(())
    }

    /// Goes on to what is neither space nor comment.
    pub fn skip(&mut self) -> Read<()> {
        while let Some(letter) = self.peek() {
            let rest = self.rest();
            let end = match letter {
                '\u{feff}' | '\u{200b}' => "",
                letter if letter.is_whitespace() => "",
                '#' => "\n",
                _ if rest.starts_with("//") => "\n",
                _ if rest.starts_with("/*") => "*/",
                _ => return Ok(()),
            };
            if end.is_empty() {
                self.next()?;
                continue;
            }
            self.note(Repair::Comment)?;
            let length = rest.find(end).map_or(rest.len(), |at| at + end.len());
            self.charge(length)?;
            self.at += length;
        }
        Ok(())
    }

    /// The value that begins here. `None`: the text ends before there is one.
    pub fn value(&mut self) -> Read<Option<Value>> {
        self.skip()?;
        let Some(letter) = self.peek() else {
            self.note(Repair::CutOff)?;
            return Ok(None);
        };
        match letter {
            '{' => self.object().map(Some),
            '[' => self.list(']').map(Some),
            '(' => {
                self.note(Repair::Literal)?;
                self.list(')').map(Some)
            }
            letter if QUOTES.contains(&letter) => Ok(Some(Value::String(self.text(false)?))),
            _ => self.word(),
        }
    }

    fn enter(&mut self, close: char) -> Read<()> {
        if self.open.len() >= DEPTH {
            return Err(self.wrong(format!("it is nested deeper than {DEPTH}")));
        }
        self.open.push(close);
        self.next()?;
        Ok(())
    }

    fn object(&mut self) -> Read<Value> {
        self.enter('}')?;
        let mut map = Map::new();
        let mut behind_member = false;
        while self.pending.is_some() || !self.is_over('}', behind_member, map.is_empty())? {
            if self.pending.is_none() && self.separator(&mut behind_member)? {
                continue;
            }
            if behind_member && self.pending.is_none() {
                if !self.starts_member() {
                    self.note(Repair::MissingBracket)?;
                    break;
                }
                self.note(Repair::MissingComma)?;
            }
            if let Some((name, value)) = self.member()? {
                map.insert(name, value);
            }
            behind_member = true;
        }
        self.open.pop();
        Ok(Value::Object(map))
    }

    fn list(&mut self, close: char) -> Read<Value> {
        self.enter(close)?;
        let mut items = Vec::new();
        let mut behind_item = false;
        while !self.is_over(close, behind_item, items.is_empty())? {
            if self.separator(&mut behind_item)? {
                continue;
            }
            if behind_item {
                self.note(Repair::MissingComma)?;
            }
            items.extend(self.value()?);
            behind_item = true;
            if let Some(name) = self.misplaced_name(&mut items)? {
                self.pending = Some(name);
                break;
            }
        }
        self.open.pop();
        Ok(Value::Array(items))
    }

    /// A text before a colon, where the list should have ended in an object.
    fn misplaced_name(&mut self, items: &mut Vec<Value>) -> Read<Option<String>> {
        self.skip()?;
        if self.peek() != Some(':') || self.open.iter().rev().nth(1) != Some(&'}') {
            return Ok(None);
        }
        self.note(Repair::MissingBracket)?;
        Ok(items.pop_if(|item| item.is_string()).and_then(|item| item.as_str().map(String::from)))
    }

    /// Whether an object or list ends here, and behind its end then.
    fn is_over(&mut self, close: char, behind_member: bool, is_empty: bool) -> Read<bool> {
        self.skip()?;
        match self.peek() {
            None => self.note(Repair::CutOff)?,
            Some(letter) if letter == close => {
                if !behind_member && !is_empty {
                    self.note(Repair::TrailingComma)?;
                }
                self.next()?;
            }
            Some(letter @ ('}' | ']' | ')')) => {
                self.note(Repair::MissingBracket)?;
                // It closes what is around it; or else it is a mistake for the own one.
                if !self.open.contains(&letter) {
                    self.next()?;
                }
            }
            Some(_) => return Ok(false),
        }
        Ok(true)
    }

    /// Takes a comma, or what stands for one or for left-out members.
    fn separator(&mut self, behind_member: &mut bool) -> Read<bool> {
        let ellipsis = if self.rest().starts_with("...") { 3 } else { 1 };
        match self.peek() {
            Some(',') => {
                if !*behind_member {
                    self.note(Repair::ExtraComma)?;
                }
                self.next()?;
            }
            Some(';') => {
                self.note(Repair::MissingComma)?;
                self.next()?;
            }
            Some('\u{2026}' | '.') if ellipsis == 3 || self.peek() != Some('.') => {
                self.note(Repair::Ellipsis)?;
                for _ in 0..ellipsis {
                    self.next()?;
                }
            }
            _ => return Ok(false),
        }
        *behind_member = false;
        Ok(true)
    }

    fn starts_member(&self) -> bool {
        let rest = self.ahead();
        let name = rest.trim_start_matches(is_of_name);
        self.peek().is_some_and(|letter| QUOTES.contains(&letter))
            || (name.len() < rest.len() && name.trim_start_matches(' ').starts_with(':'))
    }

    fn member(&mut self) -> Read<Option<(String, Value)>> {
        let pending = self.pending.take();
        let name = match self.peek() {
            _ if pending.is_some() => pending.unwrap_or_default(),
            Some(letter) if QUOTES.contains(&letter) => self.text(true)?,
            _ => self.name()?,
        };
        self.skip()?;
        match self.peek() {
            Some(':') => drop(self.next()?),
            Some('=') => {
                self.note(Repair::MissingColon)?;
                self.next()?;
                if self.peek() == Some('>') {
                    self.next()?;
                }
            }
            None => {
                self.note(Repair::CutOff)?;
                return Ok(None);
            }
            Some(letter) if QUOTES.contains(&letter) || "{[-0123456789".contains(letter) => {
                self.note(Repair::MissingColon)?;
            }
            Some(_) => {
                return Err(self.wrong(format!(
                    "no colon follows the name {}",
                    Value::from(name.chars().take(60).collect::<String>())
                )));
            }
        }
        self.has_members = true;
        self.skip()?;
        if matches!(self.peek(), Some(',' | '}' | ']')) {
            self.note(Repair::MissingValue)?;
            return Ok(Some((name, Value::Null)));
        }
        Ok(self.value()?.map(|value| (name, value)))
    }

    fn name(&mut self) -> Read<String> {
        let from = self.at;
        while self.peek().is_some_and(is_of_name) {
            self.next()?;
        }
        let name = self.text.get(from..self.at).unwrap_or_default().to_owned();
        if name.is_empty() {
            return Err(self.wrong("a name was expected"));
        }
        self.note(Repair::UnquotedName)?;
        Ok(name)
    }

    /// A literal, a number, or a text that has no quotes.
    fn word(&mut self) -> Read<Option<Value>> {
        let from = self.at;
        while self.peek().is_some_and(|letter| letter.is_alphanumeric() || "_$+-.".contains(letter)) {
            self.next()?;
        }
        let word = self.text.get(from..self.at).unwrap_or_default();
        let ends = matches!(self.peek(), None | Some(',' | '}' | ']' | ')' | ';' | '/' | '#' | '\n' | '\r'))
            || self.peek().is_some_and(char::is_whitespace) && !self.goes_on();
        if ends && let Some((value, repair)) = literal(word) {
            repair.map_or(Ok(()), |repair| self.note(repair))?;
            return Ok(Some(value));
        }
        match numeral(word) {
            Numeral::Number(number, repair) if ends => {
                repair.map_or(Ok(()), |repair| self.note(repair))?;
                return Ok(Some(Value::Number(number)));
            }
            Numeral::Text if ends => {
                self.note(Repair::Number)?;
                return Ok(Some(word.into()));
            }
            Numeral::TooLong if self.recovery < Recovery::BestEffort => {
                self.at = from;
                return Err(self.wrong(llmspell_base::integers::too_long(word)));
            }
            Numeral::TooLong if ends => {
                self.note(Repair::Number)?;
                return Ok(Some(word.into()));
            }
            _ => {}
        }
        if self.peek().is_none() && !self.open.is_empty() {
            self.note(Repair::CutOff)?;
            let digits = word.trim_end_matches(|letter: char| !letter.is_ascii_digit());
            return Ok(literal_cut_off(word).or_else(|| serde_json::from_str(digits).ok().map(Value::Number)));
        }
        self.unquoted(from)
    }

    /// Whether another word follows on the line.
    fn goes_on(&self) -> bool {
        let rest = self.ahead().trim_start_matches([' ', '\t']);
        rest.starts_with(|letter: char| letter.is_alphabetic())
    }

    fn unquoted(&mut self, from: usize) -> Read<Option<Value>> {
        let no_word = self.peek().is_some_and(|letter| ":=".contains(letter)) && from == self.at;
        if no_word || self.open.is_empty() || self.in_prose && !self.has_members {
            self.at = from;
            return Err(self.wrong("a value was expected"));
        }
        self.note(Repair::UnquotedText)?;
        while self.peek().is_some_and(|letter| !",}])\n\r".contains(letter)) {
            self.next()?;
        }
        let text = self.text.get(from..self.at).unwrap_or_default().trim();
        if text.is_empty() {
            return Err(self.wrong("a value was expected"));
        }
        Ok(Some(text.into()))
    }

    fn text(&mut self, is_name: bool) -> Read<String> {
        let rest = self.rest();
        for triple in ["\"\"\"", "'''"] {
            if let Some(inner) = rest.strip_prefix(triple) {
                return self.triple(inner, triple);
            }
        }
        let closes: &[char] = match self.next()? {
            Some('\'') => {
                self.note(Repair::SingleQuotes)?;
                &['\'']
            }
            Some('`') => {
                self.note(Repair::SingleQuotes)?;
                &['`']
            }
            Some('\u{201c}' | '\u{201d}') => {
                self.note(Repair::TypographicQuotes)?;
                &['\u{201d}', '\u{201c}', '"']
            }
            Some('\u{2018}' | '\u{2019}') => {
                self.note(Repair::TypographicQuotes)?;
                &['\u{2019}', '\u{2018}']
            }
            Some('\u{ab}') => {
                self.note(Repair::TypographicQuotes)?;
                &['\u{bb}']
            }
            _ => &['"'],
        };
        let mut text = String::new();
        loop {
            match self.next()? {
                None => {
                    self.note(Repair::CutOff)?;
                    return Ok(text);
                }
                Some('\\') => self.escape(&mut text)?,
                Some(letter) if closes.contains(&letter) => {
                    if self.recovery < Recovery::BestEffort || self.ends_text(is_name) {
                        return Ok(text);
                    }
                    self.note(Repair::InnerQuote)?;
                    text.push(letter);
                }
                Some(letter) => {
                    if letter < ' ' {
                        self.note(Repair::ControlCharacter)?;
                    }
                    text.push(letter);
                }
            }
        }
    }

    /// As Python writes texts of several lines.
    fn triple(&mut self, inner: &str, triple: &str) -> Read<String> {
        self.note(Repair::TripleQuotes)?;
        let end = inner.find(triple);
        self.charge(end.unwrap_or(inner.len()))?;
        if end.is_none() {
            self.note(Repair::CutOff)?;
        }
        let text = inner.get(..end.unwrap_or(inner.len())).unwrap_or_default();
        self.at += triple.len() + text.len() + end.map_or(0, |_| triple.len());
        Ok(text.to_owned())
    }

    /// Whether the quote that was just read ends its text, by what follows.
    fn ends_text(&self, is_name: bool) -> bool {
        let ahead = self.ahead();
        let next = ahead.trim_start();
        let is_quote = |letter: char| QUOTES.contains(&letter);
        match next.chars().next() {
            None | Some('}' | ']' | ')' | '/' | '#') => true,
            // Behind a text in a list it is wrong in either case, and not to be swallowed.
            Some(':' | '=') => is_name || self.open.last() != Some(&'}'),
            Some(',') => {
                let next = next.trim_start_matches(',').trim_start();
                let name = next.trim_start_matches(is_of_name).trim_start();
                let word = next.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
                let in_object = self.open.last() == Some(&'}');
                match next.chars().next() {
                    None | Some('}' | ']' | ')' | '/' | '#') => true,
                    Some(letter) if is_quote(letter) => true,
                    Some(_) if in_object => name.len() < next.len() && name.starts_with(':'),
                    Some('{' | '[' | '-' | '0'..='9') => true,
                    Some(_) => literal(word).is_some(),
                }
            }
            // Right behind it: the end of a quotation, and of the text. Behind space: a comma is missing.
            Some(letter) if is_quote(letter) => next.len() < ahead.len(),
            Some(letter) => is_name && next.len() < ahead.len() && "{[-0123456789".contains(letter),
        }
    }

    fn escape(&mut self, text: &mut String) -> Read<()> {
        let Some(letter) = self.next()? else { return self.note(Repair::CutOff) };
        match letter {
            '"' | '\\' | '/' => text.push(letter),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'u' => self.unicode(text)?,
            '\n' | '\r' => self.note(Repair::Escape)?,
            '\'' | '`' => {
                self.note(Repair::Escape)?;
                text.push(letter);
            }
            // A path, a pattern or a formula whose author forgot to write it twice.
            letter => {
                self.note(Repair::Escape)?;
                text.push('\\');
                text.push(letter);
            }
        }
        Ok(())
    }

    fn unicode(&mut self, text: &mut String) -> Read<()> {
        let Some(first) = self.hex() else {
            self.note(if self.rest().len() < 4 { Repair::CutOff } else { Repair::Escape })?;
            text.push_str("\\u");
            return Ok(());
        };
        let letter = if (0xd800..0xdc00).contains(&first) && self.rest().starts_with("\\u") {
            self.at += 2;
            let second = self.hex();
            char::decode_utf16([first, second.unwrap_or_default()]).next().and_then(Result::ok)
        } else {
            char::from_u32(u32::from(first))
        };
        if letter.is_none() {
            self.note(Repair::Escape)?;
        }
        text.push(letter.unwrap_or(char::REPLACEMENT_CHARACTER));
        Ok(())
    }

    fn hex(&mut self) -> Option<u16> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        self.at += 4;
        u16::from_str_radix(digits, 16).ok()
    }
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$' || letter == '-'
}
