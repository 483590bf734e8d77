//! Expressions: a value, or two values with a comparison between them.

use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::Value;

use llmspell_base::Failure;

use crate::interpolate::{Names, Single, value_of};

#[derive(Debug, PartialEq)]
pub enum Expression {
    Value(Operand),
    Comparison { left: Operand, operator: Operator, right: Operand },
}

/// A literal, or a reference. A text may be either, until the steps are known.
#[derive(Debug, PartialEq)]
pub enum Operand {
    Literal(Arc<Value>),
    Text(String),
    Reference(Single),
}

#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Operator {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// The longer before those that they begin with.
const OPERATORS: &[(&str, Operator)] = &[
    ("===", Operator::Equal),
    ("!==", Operator::Unequal),
    ("==", Operator::Equal),
    ("~=", Operator::Unequal),
    ("!=", Operator::Unequal),
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

impl Expression {
    pub fn parse(text: &str) -> Expression {
        let mut quote = None;
        for (at, sign) in text.char_indices() {
            match quote {
                Some(open) if sign == open => quote = None,
                Some(_) => {}
                None if matches!(sign, '"' | '\'') => quote = Some(sign),
                None => {
                    let rest = text.get(at..).unwrap_or_default();
                    if let Some((word, operator)) = OPERATORS.iter().find(|(word, _)| rest.starts_with(word)) {
                        let (left, right) =
                            (text.get(..at).unwrap_or_default(), rest.get(word.len()..).unwrap_or_default());
                        return Expression::Comparison {
                            left: Operand::parse(left),
                            operator: *operator,
                            right: Operand::parse(right),
                        };
                    }
                }
            }
        }
        Expression::Value(Operand::parse(text))
    }

    /// As it was written, about so many characters of each side.
    pub fn words(&self, most: usize) -> String {
        match self {
            Expression::Value(operand) => operand.words(most),
            Expression::Comparison { left, operator, right } => {
                let sign = OPERATORS.iter().rfind(|(_, one)| one == operator).map_or("", |(word, _)| *word);
                format!("{} {sign} {}", left.words(most), right.words(most))
            }
        }
    }

    /// Finds its references, when the steps are known.
    pub fn resolve(&mut self, has_step: &dyn Fn(&str) -> bool) {
        match self {
            Expression::Value(operand) => operand.resolve(has_step),
            Expression::Comparison { left, right, .. } => {
                left.resolve(has_step);
                right.resolve(has_step);
            }
        }
    }

    pub fn holds(&self, names: &dyn Names) -> Result<bool, Failure> {
        Ok(match self {
            Expression::Value(operand) => holds(&*operand.value(names)?),
            Expression::Comparison { left, operator, right } => {
                operator.compare(&*left.value(names)?, &*right.value(names)?)
            }
        })
    }
}

impl Operand {
    fn parse(text: &str) -> Operand {
        let text = text.trim();
        let quoted = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = quoted('"').or_else(|| quoted('\'')) {
            return Operand::Literal(Arc::new(inner.into()));
        }
        match text {
            "true" => Operand::Literal(Arc::new(true.into())),
            "false" => Operand::Literal(Arc::new(false.into())),
            "nil" | "null" => Operand::Literal(Arc::default()),
            _ => match serde_json::from_str::<serde_json::Number>(text) {
                Ok(number) => Operand::Literal(Arc::new(number.into())),
                Err(_) => Operand::Text(text.into()),
            },
        }
    }

    fn words(&self, most: usize) -> String {
        match self {
            Operand::Literal(value) => match &**value {
                Value::String(text) => text.chars().take(most).collect(),
                other => other.to_string(),
            },
            Operand::Text(text) => text.chars().take(most).collect(),
            Operand::Reference(single) => single.text().chars().take(most).collect(),
        }
    }

    /// Finds the reference. A text that is none is the text itself.
    fn resolve(&mut self, has_step: &dyn Fn(&str) -> bool) {
        if let Operand::Text(text) = self {
            *self = match Single::of(text, has_step) {
                Some(single) => Operand::Reference(single),
                None => Operand::Literal(Arc::new(text.as_str().into())),
            };
        }
    }

    fn value(&self, names: &dyn Names) -> Result<Arc<Value>, Failure> {
        match self {
            Operand::Literal(value) => Ok(value.clone()),
            Operand::Text(text) => Ok(Arc::new(text.as_str().into())),
            Operand::Reference(single) => {
                let value = value_of(single, names)?.unwrap_or_else(|| single.text().into());
                Ok(Arc::new(value))
            }
        }
    }
}

impl Operator {
    fn compare(self, left: &Value, right: &Value) -> bool {
        let ordering = order(left, right);
        match self {
            Operator::Equal => left == right || ordering == Some(Ordering::Equal),
            Operator::Unequal => left != right && ordering != Some(Ordering::Equal),
            Operator::Less => ordering == Some(Ordering::Less),
            Operator::AtMost => matches!(ordering, Some(Ordering::Less | Ordering::Equal)),
            Operator::Greater => ordering == Some(Ordering::Greater),
            Operator::AtLeast => matches!(ordering, Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

/// Numbers by their size, also where one is written in a text; texts by their signs. Others have no order.
fn order(left: &Value, right: &Value) -> Option<Ordering> {
    if let (Value::String(left), Value::String(right)) = (left, right) {
        return Some(left.cmp(right));
    }
    if let (Some(left), Some(right)) = (left.as_i64(), right.as_i64()) {
        return Some(left.cmp(&right));
    }
    let number = |value: &Value| match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number(left)?.partial_cmp(&number(right)?)
}

/// Whether a value counts as true: all but null, false, 0, the empty text and "false".
pub fn holds(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(holds) => *holds,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty() && text != "false",
        _ => true,
    }
}
