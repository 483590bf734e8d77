//! Bounds on one value that a guest passes, checked on its text before anything parses it.

use serde_json::Value;

use crate::integers;
use crate::limits::Limits;
use crate::{Code, Failure};

/// What a text holds, counted without parsing it.
pub(crate) struct Scan {
    pub nodes: usize,
    /// Of levels, at the place where it was most.
    depth: usize,
}

impl Scan {
    /// Walks over the text once, until there is more of anything than that.
    pub fn of(json: &str, most_nodes: usize, most_depth: usize) -> Scan {
        let (mut level, mut in_text, mut escaped) = (0usize, false, false);
        let mut scan = Scan { nodes: 1, depth: 0 };
        for byte in json.bytes() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_text => escaped = true,
                b'"' => in_text = !in_text,
                _ if in_text => {}
                b'[' | b'{' => {
                    level += 1;
                    scan.depth = scan.depth.max(level);
                    scan.nodes += 1;
                }
                b']' | b'}' => level = level.saturating_sub(1),
                b',' => scan.nodes += 1,
                _ => {}
            }
            if scan.nodes > most_nodes || scan.depth > most_depth {
                break;
            }
        }
        scan
    }
}

/// Whether a JSON text holds more than so many values. It is not parsed: parsed, each takes many times its bytes.
pub fn has_more_nodes(json: &str, most: usize) -> bool {
    Scan::of(json, most, usize::MAX).nodes > most
}

/// What is not JSON passes: the parser behind it says what is wrong.
pub fn check(json: &str, limits: &Limits) -> Result<(), Failure> {
    check_size(json, limits)?;
    check_parts(json, limits)
}

/// The same for a text whose size has a bound already.
pub fn check_parts(json: &str, limits: &Limits) -> Result<(), Failure> {
    let scan = Scan::of(json, limits.value_nodes, limits.value_depth);
    if scan.depth > limits.value_depth {
        return Err(too_large(format!("more than {} levels deep (--max-value-depth)", limits.value_depth)));
    }
    if scan.nodes > limits.value_nodes {
        return Err(too_large(format!("more than {} nodes (--max-value-nodes)", limits.value_nodes)));
    }
    Ok(())
}

/// The same where the run's limits are not at hand, with the default ones.
pub fn check_usual(json: &str) -> Result<(), Failure> {
    check_parts(json, &Limits::default())
}

/// The same for a value that is parsed already. `what` names it.
pub fn check_parsed(value: &Value, bytes: usize, limits: &Limits, what: &str) -> Result<(), Failure> {
    let mut room = Room(bytes);
    let fits = serde_json::to_writer(&mut room, value).is_ok();
    let problem = match parts(value, limits.value_depth) {
        _ if !fits => format!("more than {bytes} bytes"),
        None => format!("more than {} levels deep", limits.value_depth),
        Some(parts) if parts > limits.value_nodes => format!("more than {} nodes", limits.value_nodes),
        Some(_) => {
            return match integers::problem(value) {
                None => Ok(()),
                Some(problem) => Err(Failure::invalid(format!("{what}: {problem}"))),
            };
        }
    };
    Err(Failure::new(Code::TooLarge, format!("{what}: too large: {problem}")))
}

/// How many arrays, objects and scalars; `None` if there are too many levels of them.
fn parts(value: &Value, levels: usize) -> Option<usize> {
    let below = |levels: usize| levels.checked_sub(1);
    Some(
        1 + match value {
            Value::Array(items) => {
                let below = below(levels)?;
                items.iter().map(|item| parts(item, below)).sum::<Option<usize>>()?
            }
            Value::Object(map) => {
                let below = below(levels)?;
                map.values().map(|item| parts(item, below)).sum::<Option<usize>>()?
            }
            _ => 0,
        },
    )
}

/// Takes so many bytes and no more, and keeps none of them.
struct Room(usize);

impl std::io::Write for Room {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::FileTooLarge)?;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Just the size, for a text that is no JSON.
pub fn check_size(text: &str, limits: &Limits) -> Result<(), Failure> {
    if text.len() > limits.value_bytes {
        let most = limits.value_bytes;
        return Err(too_large(format!("{} bytes; at most {most} are allowed (--max-value)", text.len())));
    }
    Ok(())
}

fn too_large(what: String) -> Failure {
    Failure::new(Code::TooLarge, format!("the value is too large: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits { value_bytes: 40, value_depth: 3, value_nodes: 5, ..Limits::default() }
    }

    #[test]
    fn brackets_and_commas_inside_texts_do_not_count() {
        assert!(check(r#"["[[[[,,,,,\"[[["]"#, &limits()).is_ok());
    }

    #[test]
    fn nodes_are_counted_up_to_a_bound() {
        assert!(has_more_nodes("[1,2,3]", 3) && !has_more_nodes("[1,2,3]", 4));
        assert!(!has_more_nodes(r#"",,,[[[""#, 1));
    }

    #[test]
    fn a_deep_a_wide_and_a_long_value_are_too_large() {
        for value in ["[[[[]]]]", "[1,2,3,4,5]", &format!("\"{}\"", "x".repeat(40))] {
            assert_eq!(check(value, &limits()).unwrap_err().code, "too-large", "{value}");
        }
    }

    #[test]
    fn a_parsed_value_has_the_same_bounds() {
        let check = |text: &str| {
            let value = serde_json::from_str(text).unwrap();
            check_parsed(&value, 40, &limits(), "it").map_err(|failure| failure.message)
        };
        assert_eq!(check("[[[1]]]"), Ok(()));
        assert_eq!(check("[[[[]]]]"), Err("it: too large: more than 3 levels deep".into()));
        assert_eq!(check("[1,2,3,4,5]"), Err("it: too large: more than 5 nodes".into()));
        assert_eq!(check(&format!("\"{}\"", "x".repeat(39))), Err("it: too large: more than 40 bytes".into()));
    }

    #[test]
    fn text_that_is_no_json_does_not_confuse_the_count() {
        assert!(check("]]]]]\\\"", &limits()).is_ok());
    }
}
