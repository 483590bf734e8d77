//! Explains which entries of which policies are in force.

use serde::Serialize;

use super::Grants;
use super::{Entry, Glob, Place, Policy, Right};
use llmspell_base::limits::Limits;
use llmspell_base::limits::table::ROWS;

/// Every entry of every policy, and how far it is in force beside the others.
#[derive(Debug, Clone, Serialize)]
pub struct Explained {
    /// Outermost first.
    pub policies: Vec<PolicyName>,
    /// Every entry of every list, by right, then by policy.
    pub names: Vec<Named>,
    /// What the policies are silent on, which is denied.
    pub denied: Vec<Denied>,
    /// Every limit, as it holds after all policies.
    pub limits: Vec<Limited>,
}

/// A list of which a policy allows nothing.
#[derive(Debug, Clone, Serialize)]
pub struct Denied {
    /// The section of a policy, such as "models".
    pub section: &'static str,
    /// "allow", "emit" or "subscribe".
    pub key: &'static str,
    /// The policies that allow nothing of it.
    pub because: Vec<String>,
    /// Whether others do.
    pub allowed_elsewhere: bool,
}

/// The source, in `from`, of what no policy sets.
pub const CONFIGURATION: &str = "configuration";

/// One policy of those that are explained.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyName {
    /// The file, as the caller named it, or "the command line".
    pub file: String,
    /// SHA-256 of its text, in hex.
    pub hash: String,
}

/// One entry of a list in a policy, and what the other policies leave of it.
#[derive(Debug, Clone, Serialize)]
pub struct Named {
    /// The section of the policy, such as "models".
    pub section: &'static str,
    /// "allow", "emit", "subscribe" or "deny".
    pub key: &'static str,
    /// The pattern as it is written.
    pub name: String,
    /// Whether it is in force.
    pub standing: Standing,
    /// "file:line:column", or a flag.
    pub from: String,
    /// The policy that keeps it from being in force as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// Whether an entry of a policy is in force beside the others. JSON: "granted", "in-part", "not-granted", "denied".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// All of it is granted.
    Granted,
    /// Some of what it is for is granted, as others are narrower.
    InPart,
    /// None of it is granted.
    NotGranted,
    /// It stands in a `deny` list.
    Denied,
}

/// One limit, as it holds after all policies.
#[derive(Debug, Clone, Serialize)]
pub struct Limited {
    /// The limit's name, as the flag and the key have it.
    pub name: &'static str,
    /// The value with its unit, as the flag takes it; `None` where there is no such limit.
    pub value: Option<String>,
    /// "file:line:column", or "configuration".
    pub from: String,
}

impl Grants {
    /// What holds of all policies together. `limits`: those of the configuration.
    pub fn explain(&self, limits: &Limits) -> Explained {
        let mut names = Vec::new();
        for right in Right::ALL {
            for policy in &self.policies {
                let rule = policy.rule(*right);
                for Entry { glob, place } in &rule.allow {
                    let (standing, because) = self.standing(policy, *right, glob);
                    let from = policy.place(*place);
                    names.push(Named::new(*right, right.key(), glob, standing, from, because));
                }
                for Entry { glob, place } in &rule.deny {
                    names.push(Named::new(*right, "deny", glob, Standing::Denied, policy.place(*place), None));
                }
            }
        }
        let mut holds = limits.clone();
        let mut from = vec![CONFIGURATION.to_owned(); ROWS.len()];
        for policy in &self.policies {
            for entry in &policy.limits {
                let before = (entry.row.get)(&holds);
                let at = ROWS.iter().position(|row| row.name == entry.row.name);
                if let Some(from) =
                    at.and_then(|at| from.get_mut(at)).filter(|_| before.is_none_or(|now| now > entry.value))
                {
                    *from = policy.place(entry.place);
                }
            }
            holds = policy.tighten(holds);
        }
        let limits = ROWS.iter().zip(from).map(|(row, from)| {
            let value = (row.get)(&holds).map(|value| row.write(value));
            Limited { name: row.name, value, from }
        });
        let policies = self.files().into_iter().map(|(file, hash)| PolicyName { file, hash });
        Explained { policies: policies.collect(), names, denied: self.silent(), limits: limits.collect() }
    }

    fn silent(&self) -> Vec<Denied> {
        let denied = Right::ALL.iter().filter_map(|right| {
            let speaking = self.policies.iter().filter(|policy| policy.names);
            let (some, none): (Vec<_>, Vec<_>) = speaking.partition(|policy| policy.allowed(*right).next().is_some());
            let because: Vec<String> = none.into_iter().map(|policy| policy.origin.to_string()).collect();
            let (section, key) = (right.section(), right.key());
            (!because.is_empty()).then_some(Denied { section, key, because, allowed_elsewhere: !some.is_empty() })
        });
        denied.collect()
    }

    fn standing(&self, of: &Policy, right: Right, glob: &Glob) -> (Standing, Option<String>) {
        let mut standing = (Standing::Granted, None);
        if !self.base_covers(right, glob) {
            let part = self.base(right).iter().any(|text| Glob::of(right, text).overlaps(glob));
            let what = if part { Standing::InPart } else { Standing::NotGranted };
            standing = (what, Some("the configuration".to_owned()));
        }
        for policy in &self.policies {
            let of_itself = std::ptr::eq(&**policy, of);
            if standing.0 == Standing::NotGranted || policy.check_glob(right, glob).is_ok() {
                continue;
            }
            let some = of_itself || policy.rule(right).allow.iter().any(|entry| entry.glob.overlaps(glob));
            let what = if some && !policy.denies_all(right, glob) { Standing::InPart } else { Standing::NotGranted };
            standing = (what, Some(policy.origin.to_string()));
        }
        standing
    }
}

impl Named {
    fn new(
        right: Right,
        key: &'static str,
        glob: &Glob,
        standing: Standing,
        from: String,
        because: Option<String>,
    ) -> Named {
        Named { section: right.section(), key, name: glob.text().into(), standing, from, because }
    }
}

impl Policy {
    fn place(&self, place: Place) -> String {
        match place {
            Place::Line { line, column } => format!("{}:{line}:{column}", self.origin),
            Place::Flag(flag) => flag.into(),
        }
    }
}
