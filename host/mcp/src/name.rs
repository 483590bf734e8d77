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
    let name = if whole.len() <= LONGEST && !taken.contains(&whole) {
        whole
    } else {
        let (begin, hash) = (whole.chars().take(LONGEST - DIGITS - 1), hash(tool.as_bytes()));
        begin.chain("_".chars()).chain(hash.chars().take(DIGITS)).collect()
    };
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
    }
}
