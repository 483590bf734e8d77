//! Bounds on one value that a guest passes, checked on its text before anything parses it.

use crate::failure::Failure;
use crate::runtime::limits::Limits;

/// Walks over the text once. What is not JSON passes: the parser behind it says what is wrong.
pub fn check(json: &str, limits: &Limits) -> Result<(), Failure> {
    check_size(json, limits)?;
    let (mut depth, mut nodes, mut in_text, mut escaped) = (0usize, 1usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'[' | b'{' => {
                depth += 1;
                nodes += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => nodes += 1,
            _ => {}
        }
        if depth > limits.value_depth {
            return Err(too_large(format!("more than {} levels deep", limits.value_depth)));
        }
        if nodes > limits.value_nodes {
            return Err(too_large(format!("more than {} nodes", limits.value_nodes)));
        }
    }
    Ok(())
}

/// Just the size, for a text that is no JSON.
pub fn check_size(text: &str, limits: &Limits) -> Result<(), Failure> {
    if text.len() > limits.value_bytes {
        return Err(too_large(format!("{} bytes; at most {} are allowed", text.len(), limits.value_bytes)));
    }
    Ok(())
}

fn too_large(what: String) -> Failure {
    Failure::new("too-large", format!("the value is too large: {what}"))
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
    fn a_deep_a_wide_and_a_long_value_are_too_large() {
        for value in ["[[[[]]]]", "[1,2,3,4,5]", &format!("\"{}\"", "x".repeat(40))] {
            assert_eq!(check(value, &limits()).unwrap_err().code, "too-large", "{value}");
        }
    }

    #[test]
    fn text_that_is_no_json_does_not_confuse_the_count() {
        assert!(check("]]]]]\\\"", &limits()).is_ok());
    }
}
