//! "Did you mean …?"

/// A longer name is no misspelling of a known one, and comparing takes time for each of its characters.
const LONGEST: usize = 100;

/// A hint to put behind an unknown name: the nearest known one, or else all of them.
pub fn nearest(name: &str, known: &[&str]) -> String {
    match near(name, known) {
        Some(candidate) => format!("; did you mean '{candidate}'?"),
        None if known.is_empty() => String::new(),
        None => format!("; known are: {}", known.join(", ")),
    }
}

/// The known name that an unknown one is probably a misspelling of.
pub fn near<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let distances = known.iter().filter(|_| name.len() <= LONGEST);
    let distances = distances.map(|candidate| (strsim::damerau_levenshtein(name, candidate), *candidate));
    let (distance, candidate) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= 1 + candidate.len() / 3).then_some(candidate)
}

/// Rewrites a message of serde: an unknown key gets the nearest known one, and names of Rust types are replaced.
pub fn explain(message: &str) -> String {
    let message =
        &message.replace("expected u64", "expected a whole number").replace("expected u32", "expected a whole number");
    let message = &message.replace("expected usize", "expected a whole number");
    let field = |rest: &str| Some(rest.split_once('`')?.0.to_string());
    let Some((_, rest)) = message.split_once("unknown field `") else { return message.to_string() };
    let (Some(name), Some((_, list))) = (field(rest), rest.split_once("expected ")) else { return message.to_string() };
    let known: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
    format!("unknown key '{}'{}", name.escape_debug(), nearest(&name, &known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serdes_own_message_is_understood() {
        #[derive(serde::Deserialize, Debug)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only its names matter")]
        struct Sample {
            base_url: Option<String>,
            kind: Option<String>,
        }
        let error = serde_json::from_str::<Sample>(r#"{"bas_url": ""}"#).unwrap_err().to_string();
        assert_eq!(explain(&error), "unknown key 'bas_url'; did you mean 'base_url'?");
    }

    #[test]
    fn what_is_near_to_nothing_gets_the_whole_list() {
        assert_eq!(nearest(&"x".repeat(1 << 20), &["kind", "base_url"]), "; known are: kind, base_url");
        assert_eq!(nearest("xyzzy", &["kind", "base_url"]), "; known are: kind, base_url");
    }
}
