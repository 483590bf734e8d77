//! Names of tools: as spells have them, and as models do.

use std::collections::BTreeSet;

use llmspell_base::hash::hash;

/// Models take no longer ones.
const LONGEST: usize = 64;
/// Of the hash that tells names apart which are cut.
const DIGITS: usize = 8;

/// What models know `SERVER.TOOL` by: letters, digits, `-` and `_`, at most 64. Two tools never have the same.
pub fn of_model(server: &str, tool: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = |sign: char| if sign.is_ascii_alphanumeric() || sign == '-' || sign == '_' { sign } else { '_' };
    let whole: String = format!("{server}__{tool}").chars().map(plain).collect();
    let mut name = whole.clone();
    // A hash of eight digits is no proof: whoever chose the names may have sought two with the same.
    for count in 0.. {
        if name.len() <= LONGEST && !taken.contains(&name) {
            break;
        }
        let text = if count == 0 { tool.to_owned() } else { format!("{tool} {count}") };
        let (begin, hash) = (whole.chars().take(LONGEST - DIGITS - 1), hash(text.as_bytes()));
        name = begin.chain("_".chars()).chain(hash.chars().take(DIGITS)).collect();
    }
    taken.insert(name.clone());
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_know_every_tool_by_a_name_of_its_own() {
        let mut taken = BTreeSet::new();
        let mut name = |tool: &str| of_model("time", tool, &mut taken);
        assert_eq!(name("get_now"), "time__get_now");
        assert_eq!(name("get.now"), "time__get_now_".to_owned() + &hash(b"get.now")[..8]);
        let (one, other) = (name(&"x".repeat(128)), name(&("x".repeat(127) + "y")));
        assert!(one.len() == 64 && other.len() == 64 && one != other, "{one} {other}");
        assert_eq!(taken.len(), 4);
        // Also where the same hash is there already.
        let mut taken = BTreeSet::from(["time__a".to_owned(), "time__a_".to_owned() + &hash(b"a")[..8]]);
        assert_eq!(of_model("time", "a", &mut taken), "time__a_".to_owned() + &hash(b"a 1")[..8]);
    }
}
