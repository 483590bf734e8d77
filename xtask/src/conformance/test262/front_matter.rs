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
    /// Nothing where it is absent, or says that a test fails but not how.
    pub fn read(text: &str) -> Option<FrontMatter> {
        let (_, rest) = text.split_once("/*---")?;
        let (yaml, _) = rest.split_once("---*/")?;
        let negative = match block(yaml, "negative") {
            Some(block) => Some(negative(&block)?),
            None => None,
        };
        Some(FrontMatter {
            flags: values(yaml, "flags"),
            features: values(yaml, "features"),
            includes: values(yaml, "includes"),
            negative,
        })
    }

    pub fn has_flag(&self, name: &str) -> bool {
        self.flags.iter().any(|flag| flag == name)
    }
}

/// What stands at `key` and below it, up to the next key.
fn block(yaml: &str, key: &str) -> Option<String> {
    let mut lines = yaml.lines().skip_while(|line| !line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
    let first = lines.next()?.strip_prefix(key)?.strip_prefix(':')?;
    let rest = lines.take_while(|line| line.is_empty() || line.starts_with([' ', '\t']));
    Some([first].into_iter().chain(rest).collect::<Vec<_>>().join("\n"))
}

/// `phase: …` and `type: …`, each on its line or all within braces.
fn negative(block: &str) -> Option<Negative> {
    let field = |name: &str| {
        let mut fields = block.split(['{', '}', ',', '\n']).map(str::trim);
        fields.find_map(|field| Some(field.strip_prefix(name)?.strip_prefix(':')?.trim().to_owned()))
    };
    let phase = match field("phase")?.as_str() {
        "parse" | "early" => Phase::Parse,
        _ => Phase::Runtime, // `resolution` is for modules, which are not played
    };
    field("type").map(|error| Negative { phase, error })
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
        assert!(FrontMatter::read("/*---\nnegative: SyntaxError\n---*/").is_none());
        let short = FrontMatter::read("/*---\nnegative: {phase: runtime, type: Test262Error}\n---*/").unwrap();
        assert_eq!(short.negative, Some(Negative { phase: Phase::Runtime, error: "Test262Error".to_owned() }));
    }
}
