//! The description at the head of each test: as much of YAML as the suite uses.

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Phase {
    Parse,
    Runtime,
}

impl Phase {
    pub fn word(self) -> &'static str {
        if self == Phase::Parse { "parse" } else { "runtime" }
    }
}

#[derive(Debug, PartialEq)]
pub struct Negative {
    pub phase: Phase,
    /// The name of the error's constructor.
    pub error: String,
}

#[derive(Debug, Default)]
pub struct FrontMatter {
    pub flags: Vec<String>,
    pub features: Vec<String>,
    pub includes: Vec<String>,
    pub negative: Option<Negative>,
}

impl FrontMatter {
    pub fn read(text: &str) -> Option<FrontMatter> {
        let (_, rest) = text.split_once("/*---")?;
        let (yaml, _) = rest.split_once("---*/")?;
        let phase = match values(yaml, "phase").first().map(String::as_str) {
            Some("parse" | "early") => Phase::Parse,
            _ => Phase::Runtime, // `resolution` is for modules, which are not played
        };
        let has_negative = yaml.lines().any(|line| line.starts_with("negative:"));
        let error = values(yaml, "type").into_iter().next().filter(|_| has_negative);
        Some(FrontMatter {
            flags: values(yaml, "flags"),
            features: values(yaml, "features"),
            includes: values(yaml, "includes"),
            negative: error.map(|error| Negative { phase, error }),
        })
    }

    pub fn has_flag(&self, name: &str) -> bool {
        self.flags.iter().any(|flag| flag == name)
    }
}

/// The words of `key`: `key: word`, `key: [word, word]` over one line or more, or lines with `- word`.
fn values(yaml: &str, key: &str) -> Vec<String> {
    let mut lines = yaml.lines();
    let found = lines.by_ref().find_map(|line| line.trim_start().strip_prefix(key)?.strip_prefix(':'));
    let Some(first) = found else { return Vec::new() };
    let mut text = first.trim().to_owned();
    if text.starts_with('[') {
        while !text.contains(']') {
            let Some(line) = lines.next() else { break };
            text.push(' ');
            text.push_str(line.trim());
        }
    } else if text.is_empty() {
        let items = lines.take_while(|line| line.trim().is_empty() || line.trim_start().starts_with("- "));
        for item in items {
            text.push(',');
            text.push_str(item.trim_start().trim_start_matches("- "));
        }
    }
    let words = text.split(['[', ']', ',']).map(|word| word.split(" #").next().unwrap_or_default());
    let words = words.map(|word| word.trim().trim_matches(['"', '\''])).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_in_each_of_their_forms() {
        let text = "// licence\n/*---\ndescription: flags of all kinds\nflags: [async, onlyStrict]\nfeatures:\n  - BigInt\n\
                    \x20 - Symbol.iterator\nincludes: [a.js,\n  b.js]\nnegative:\n  phase: parse\n  type: SyntaxError\n---*/\n1";
        let front = FrontMatter::read(text).unwrap();
        assert_eq!(front.flags, ["async", "onlyStrict"]);
        assert_eq!(front.features, ["BigInt", "Symbol.iterator"]);
        assert_eq!(front.includes, ["a.js", "b.js"]);
        assert_eq!(front.negative, Some(Negative { phase: Phase::Parse, error: "SyntaxError".to_owned() }));
    }

    #[test]
    fn what_is_absent_is_empty() {
        let front = FrontMatter::read("/*---\ninfo: |\n  some type of thing\n---*/").unwrap();
        assert!(front.flags.is_empty() && front.negative.is_none());
        assert!(FrontMatter::read("1").is_none());
    }
}
