//! Reads an expression and computes it as it is read: so a long chain of operators needs no deep tree.
//!
//! Our own, because none of the libraries does: evalexpr has a licence (AGPL) that the project can't take, fasteval and
//! meval are not kept up, exmex leaves operators and functions to its user and tells no places of mistakes. This one
//! reads each character once and nests to a bound, so it ends whatever it is given.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::CharIndices;

use super::functions::{FUNCTIONS, Function};
use super::value::Value::{self, Number, Truth, Unknown};
use super::value::short;
use llmspell_base::nearest::nearest;

/// What names stand for.
pub enum Names<'a> {
    These(&'a BTreeMap<&'a str, Value>),
    /// Whatever they like: only the form counts.
    Any,
}

/// The value, or what is wrong and where.
pub fn evaluate(text: &str, names: &Names<'_>) -> Result<Value, String> {
    let mut reader = Reader { text, characters: text.char_indices().peekable(), names, depth: 0 };
    let value = reader.choice()?;
    reader.space();
    match reader.place() {
        None => Ok(value),
        Some(at) => Err(reader.unexpected(at, "an operator or the end")),
    }
}

const DEEPEST: usize = 128;

struct Reader<'a> {
    text: &'a str,
    characters: Peekable<CharIndices<'a>>,
    names: &'a Names<'a>,
    depth: usize,
}

/// Operators by how tightly they bind, loosest first; longer ones before those that they begin with.
const LEVELS: &[&[(&str, Operator)]] = &[
    &[("||", or), ("or", or)],
    &[("&&", and), ("and", and)],
    &[("==", equal), ("!=", different)],
    &[("<=", at_most), (">=", at_least), ("<", below), (">", above)],
    &[("+", add), ("-", subtract)],
    &[("*", multiply), ("×", multiply), ("/", divide), ("÷", divide), ("%", remainder)],
];

type Operator = fn(Value, Value) -> Result<Value, &'static str>;

const NUMBERS: &str = "numbers";
const TRUTHS: &str = "true or false";

impl<'a> Reader<'a> {
    /// An operand of the loosest kind, or `c ? a : b`.
    fn choice(&mut self) -> Result<Value, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("it is nested more than {DEEPEST} levels deep"));
        }
        let begin = self.position();
        let condition = self.binary(0)?;
        self.space();
        let value = if self.take("?") {
            let first = self.choice()?;
            self.space();
            self.expect(":")?;
            let second = self.choice()?;
            match condition {
                Truth(true) => first,
                Truth(false) => second,
                Unknown => Unknown,
                Number(_) => return Err(format!("what stands before '?' at {begin} must be true or false")),
            }
        } else {
            condition
        };
        self.depth -= 1;
        Ok(value)
    }

    fn binary(&mut self, level: usize) -> Result<Value, String> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        loop {
            self.space();
            let at = self.position();
            let Some((word, operator)) = operators.iter().find(|(word, _)| self.is_operator(word)) else {
                return Ok(left);
            };
            self.take(word);
            let right = self.binary(level + 1)?;
            left = if matches!((left, right), (Unknown, _) | (_, Unknown)) {
                Unknown
            } else {
                operator(left, right).map_err(|kind| format!("'{word}' at {at} takes {kind} on both sides"))?
            };
        }
    }

    /// Whether this operator comes next, and no other that begins so.
    fn is_operator(&mut self, word: &str) -> bool {
        let Some(at) = self.place() else { return false };
        let rest = self.text.get(at..).unwrap_or_default();
        let Some(behind) = rest.strip_prefix(word) else { return false };
        match word {
            "*" => !behind.starts_with('*'),
            "or" | "and" => !behind.starts_with(is_name_part),
            _ => true,
        }
    }

    fn unary(&mut self) -> Result<Value, String> {
        // A loop, so that a long row of signs is not nested.
        let mut signs = Vec::new();
        loop {
            self.space();
            let at = self.position();
            let rest = self.rest();
            let not = rest.starts_with("not") && !rest.get(3..).is_some_and(|behind| behind.starts_with(is_name_part));
            if self.take("-") {
                signs.push(('-', at));
            } else if self.take("!") || not && self.take("not") {
                signs.push(('!', at));
            } else if !self.take("+") {
                break;
            }
        }
        let mut value = self.power()?;
        while let Some((sign, at)) = signs.pop() {
            value = match (sign, value) {
                (_, Unknown) => Unknown,
                ('-', Number(number)) => Number(-number),
                ('!', Truth(truth)) => Truth(!truth),
                ('-', _) => return Err(format!("'-' at {at} takes a number")),
                _ => return Err(format!("'!' at {at} takes true or false")),
            };
        }
        Ok(value)
    }

    /// Binds to the right, and tighter than a sign before it: -2 ^ 2 is -4.
    fn power(&mut self) -> Result<Value, String> {
        let base = self.operand()?;
        self.space();
        let at = self.position();
        if !self.take("^") && !self.take("**") {
            return Ok(base);
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("it is nested more than {DEEPEST} levels deep"));
        }
        let exponent = self.unary()?;
        self.depth -= 1;
        match (base, exponent) {
            (Unknown, _) | (_, Unknown) => Ok(Unknown),
            (Number(base), Number(exponent)) => Ok(Number(base.powf(exponent))),
            _ => Err(format!("'^' at {at} takes {NUMBERS} on both sides")),
        }
    }

    fn operand(&mut self) -> Result<Value, String> {
        self.space();
        let Some(at) = self.place() else { return Err("it ends where a number is expected".into()) };
        match self.rest().chars().next() {
            Some('(') => {
                self.take("(");
                let value = self.choice()?;
                self.space();
                self.expect(")")?;
                Ok(value)
            }
            Some(digit) if digit.is_ascii_digit() || digit == '.' => self.number(at),
            Some(letter) if letter.is_alphabetic() || letter == '_' => self.named(at),
            _ => Err(self.unexpected(at, "a number, a name or '('")),
        }
    }

    fn number(&mut self, at: usize) -> Result<Value, String> {
        let rest = self.rest();
        let digits = |text: &str| text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'_').count();
        let mut length = digits(rest);
        if rest.get(length..).is_some_and(|behind| behind.starts_with('.')) {
            length += 1 + digits(rest.get(length + 1..).unwrap_or_default());
        }
        let behind = rest.get(length..).unwrap_or_default();
        if let Some(exponent) = behind.strip_prefix(['e', 'E']) {
            let sign = usize::from(exponent.starts_with(['-', '+']));
            let count = digits(exponent.get(sign..).unwrap_or_default());
            length += if count > 0 { 1 + sign + count } else { 0 };
        }
        let word = rest.get(..length).unwrap_or_default();
        self.skip(length);
        let value = word.replace('_', "").parse().map(Number);
        value.map_err(|_| format!("'{}' at {} is no number", short(word), self.counted(at)))
    }

    /// A constant, a variable, or a call.
    fn named(&mut self, at: usize) -> Result<Value, String> {
        let rest = self.rest();
        let end = rest.find(|one| !is_name_part(one) && one != ':' && one != '.').unwrap_or(rest.len());
        let mut word = rest.get(..end).unwrap_or_default();
        // `c ? a : b` has a colon behind a name, and `math::sin` and `math.sin` are in use.
        let prefix = ["math::", "math.", "Math."].iter().find(|prefix| word.starts_with(**prefix));
        let bare = word.strip_prefix(*prefix.unwrap_or(&"")).unwrap_or(word);
        let bare = bare.split(':').next().unwrap_or_default().trim_end_matches('.');
        let length = prefix.map_or(0, |prefix| prefix.len()) + bare.len();
        word = bare;
        self.skip(length);
        self.space();
        if self.take("(") {
            return self.call(word, at);
        }
        if let Names::These(variables) = self.names
            && let Some(value) = variables.get(word)
        {
            return Ok(*value);
        }
        match word.to_ascii_lowercase().as_str() {
            "true" => Ok(Truth(true)),
            "false" => Ok(Truth(false)),
            "pi" => Ok(Number(std::f64::consts::PI)),
            "e" => Ok(Number(std::f64::consts::E)),
            "tau" => Ok(Number(std::f64::consts::TAU)),
            "infinity" | "inf" => Ok(Number(f64::INFINITY)),
            "nan" => Ok(Number(f64::NAN)),
            _ => match self.names {
                Names::Any => Ok(Unknown),
                Names::These(variables) => {
                    let known: Vec<String> = variables.keys().map(|name| short(name)).take(MOST_NAMES).collect();
                    let mut known: Vec<&str> = known.iter().map(String::as_str).collect();
                    known.extend(["pi", "e"]);
                    let (at, word) = (self.counted(at), short(word));
                    Err(format!("there is no variable '{word}', at {at}{}", nearest(&word, &known)))
                }
            },
        }
    }

    fn call(&mut self, word: &str, at: usize) -> Result<Value, String> {
        let mut given = Vec::new();
        self.space();
        if !self.take(")") {
            loop {
                given.push(self.choice()?);
                self.space();
                if self.take(")") {
                    break;
                }
                self.expect(",")?;
            }
        }
        let name = word.to_ascii_lowercase();
        if name == "if" {
            return match given.as_slice() {
                [Truth(true), value, _] | [Truth(false), _, value] => Ok(*value),
                [Unknown, _, _] => Ok(Unknown),
                _ => Err(format!("'if' at {} takes a truth value and two others", self.counted(at))),
            };
        }
        let Some(function) = Function::of(&name) else {
            let known: Vec<&str> = FUNCTIONS.iter().map(|one| one.name).collect();
            let (at, word) = (self.counted(at), short(word));
            return Err(format!("there is no function '{word}', at {at}{}", nearest(&word, &known)));
        };
        let is_unknown = given.contains(&Unknown);
        let numbers: Option<Vec<f64>> = given
            .iter()
            .map(|one| match one {
                Number(number) => Some(*number),
                Unknown => Some(0.0),
                Truth(_) => None,
            })
            .collect();
        let Some(numbers) = numbers else { return Err(format!("'{name}' at {} takes {NUMBERS}", self.counted(at))) };
        let Some(result) = function.call(&numbers) else {
            let (at, takes, count) = (self.counted(at), function.arguments(), numbers.len());
            return Err(format!("'{name}' at {at} takes {takes} arguments, not {count}"));
        };
        Ok(if is_unknown { Unknown } else { Number(result) })
    }

    fn place(&mut self) -> Option<usize> {
        self.characters.peek().map(|(at, _)| *at)
    }

    fn rest(&mut self) -> &'a str {
        self.place().and_then(|at| self.text.get(at..)).unwrap_or_default()
    }

    /// Counted in bytes from 1.
    fn position(&mut self) -> String {
        let at = self.place().unwrap_or(self.text.len());
        self.counted(at)
    }

    fn counted(&self, at: usize) -> String {
        format!("byte {}", at + 1)
    }

    fn space(&mut self) {
        while self.characters.next_if(|(_, one)| one.is_whitespace()).is_some() {}
    }

    fn skip(&mut self, bytes: usize) {
        let end = self.place().unwrap_or(self.text.len()) + bytes;
        while self.characters.next_if(|(at, _)| *at < end).is_some() {}
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        if found {
            self.skip(word.len());
        }
        found
    }

    fn expect(&mut self, word: &str) -> Result<(), String> {
        if self.take(word) {
            return Ok(());
        }
        match self.place() {
            Some(at) => Err(self.unexpected(at, &format!("'{word}'"))),
            None => Err(format!("it ends where '{word}' is expected")),
        }
    }

    fn unexpected(&self, at: usize, wanted: &str) -> String {
        let found: String = self.text.get(at..).unwrap_or_default().chars().take(1).collect();
        format!("'{}' at {} where {wanted} is expected", found.escape_debug(), self.counted(at))
    }
}

/// Names that a message may draw on.
const MOST_NAMES: usize = 100;

fn is_name_part(one: char) -> bool {
    one.is_alphanumeric() || one == '_'
}

fn numbers(left: Value, right: Value, work: fn(f64, f64) -> f64) -> Result<Value, &'static str> {
    match (left, right) {
        (Number(left), Number(right)) => Ok(Number(work(left, right))),
        _ => Err(NUMBERS),
    }
}

fn compared(left: Value, right: Value, work: fn(&f64, &f64) -> bool) -> Result<Value, &'static str> {
    match (left, right) {
        (Number(left), Number(right)) => Ok(Truth(work(&left, &right))),
        _ => Err(NUMBERS),
    }
}

fn truths(left: Value, right: Value, work: fn(bool, bool) -> bool) -> Result<Value, &'static str> {
    match (left, right) {
        (Truth(left), Truth(right)) => Ok(Truth(work(left, right))),
        _ => Err(TRUTHS),
    }
}

fn add(left: Value, right: Value) -> Result<Value, &'static str> {
    numbers(left, right, |a, b| a + b)
}
fn subtract(left: Value, right: Value) -> Result<Value, &'static str> {
    numbers(left, right, |a, b| a - b)
}
fn multiply(left: Value, right: Value) -> Result<Value, &'static str> {
    numbers(left, right, |a, b| a * b)
}
fn divide(left: Value, right: Value) -> Result<Value, &'static str> {
    numbers(left, right, |a, b| a / b)
}
fn remainder(left: Value, right: Value) -> Result<Value, &'static str> {
    numbers(left, right, |a, b| a % b)
}
fn below(left: Value, right: Value) -> Result<Value, &'static str> {
    compared(left, right, f64::lt)
}
fn above(left: Value, right: Value) -> Result<Value, &'static str> {
    compared(left, right, f64::gt)
}
fn at_most(left: Value, right: Value) -> Result<Value, &'static str> {
    compared(left, right, f64::le)
}
fn at_least(left: Value, right: Value) -> Result<Value, &'static str> {
    compared(left, right, f64::ge)
}
fn and(left: Value, right: Value) -> Result<Value, &'static str> {
    truths(left, right, |a, b| a && b)
}
fn or(left: Value, right: Value) -> Result<Value, &'static str> {
    truths(left, right, |a, b| a || b)
}
#[expect(clippy::unnecessary_wraps, reason = "one of several operators")]
fn equal(left: Value, right: Value) -> Result<Value, &'static str> {
    Ok(Truth(left == right))
}
#[expect(clippy::unnecessary_wraps, reason = "one of several operators")]
fn different(left: Value, right: Value) -> Result<Value, &'static str> {
    Ok(Truth(left != right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(text: &str) -> String {
        let variables = BTreeMap::from([("x", Number(4.0)), ("yes", Truth(true))]);
        match evaluate(text, &Names::These(&variables)) {
            Ok(value) => value.show().to_string(),
            Err(problem) => problem,
        }
    }

    #[test]
    fn operators_bind_as_in_arithmetic() {
        for (text, result) in [
            ("2 + 3 * 4", "14"),
            ("(2 + 3) * 4", "20"),
            ("-2 ^ 2", "-4"),
            ("2 ^ -1", "0.5"),
            ("2 ^ 3 ^ 2", "512"),
            ("2 ** 3", "8"),
            ("7 / 2", "3.5"),
            ("7 % 4", "3"),
            ("10 - 4 - 3", "3"),
            ("1 / 0", "\"Infinity\""),
            ("-1 / 0", "\"-Infinity\""),
            ("0 / 0", "\"NaN\""),
            ("1 < 2 && !(2 < 1)", "true"),
            ("x >= 4 and yes", "true"),
            ("not yes or x == 5", "false"),
            ("x > 3 ? 10 : 20", "10"),
            ("yes ? x:1", "4"),
            ("if(x > 3, 1, 2)", "1"),
            ("sqrt(16) + max(1, 2, 3)", "7"),
            ("math::sqrt(x) + Math.PI * 0", "2"),
            ("round(3.14159, 2)", "3.14"),
            ("1_000.5e1", "10005"),
            (".5 × 4 ÷ 2", "1"),
            ("--2", "2"),
        ] {
            assert_eq!(say(text), result, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, problem) in [
            ("", "it ends where a number is expected"),
            ("2 +", "it ends where a number is expected"),
            ("2 3", "'3' at byte 3 where an operator or the end is expected"),
            ("(2", "it ends where ')' is expected"),
            ("2 + true", "'+' at byte 3 takes numbers on both sides"),
            ("sin(1, 2)", "'sin' at byte 1 takes 1 arguments, not 2"),
            ("squrt(4)", "there is no function 'squrt', at byte 1; did you mean 'sqrt'?"),
            ("yez", "there is no variable 'yez', at byte 1; did you mean 'yes'?"),
            ("1 ? 2 : 3", "what stands before '?' at byte 1 must be true or false"),
            ("1.2.3", "'.' at byte 4 where an operator or the end is expected"),
        ] {
            assert_eq!(say(text), problem, "{text}");
        }
    }

    #[test]
    fn long_and_deep_expressions_end() {
        assert_eq!(say("1+".repeat(100_000).trim_end_matches('+')), "100000");
        assert_eq!(say(&("-".repeat(100_000) + "1")), "1");
        for deep in ["(", "2^", "1?", "abs("] {
            assert!(say(&deep.repeat(100_000)).contains("levels deep"), "{deep}");
        }
        assert_eq!(say("9 ^ 9 ^ 9 ^ 9"), "\"Infinity\"");
        assert_eq!(say("factorial(1e300)"), "\"Infinity\"");
    }
}
