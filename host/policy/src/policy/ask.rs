//! Entries of a policy that the grants and policies around it refuse.

use super::Grants;
use super::{Entry, Glob, Origin, Place, Policy, Right};
use llmspell_base::limits::Limits;

/// A requested permission that was not granted, or only in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The policy that requests it.
    pub origin: Origin,
    /// Where the refused entry stands in it.
    pub place: Place,
    /// One line without the place.
    pub what: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.place {
            Place::Flag(flag) => write!(f, "{flag}: {}", self.what),
            Place::Line { line, column } => write!(f, "{}:{line}:{column}: {}", self.origin, self.what),
        }
    }
}

impl Grants {
    /// What each policy allows and those before it do not, and limits that are higher than `limits` allows: for the
    /// operator of the run to read.
    pub fn refused(&self, limits: &Limits) -> Vec<Refused> {
        let (mut found, mut limits) = (Vec::new(), limits.clone());
        for (at, policy) in self.policies.iter().enumerate() {
            let before = self.policies.get(..at).unwrap_or_default();
            for right in Right::ALL {
                for Entry { glob, place, .. } in &policy.rule(*right).allow {
                    // What flags added to a file is told of the flags themselves.
                    if matches!(place, Place::Flag(_)) && policy.origin != Origin::Flags {
                        continue;
                    }
                    let Some(what) = self.refuses(before, *right, glob) else { continue };
                    let refused = Refused { origin: policy.origin.clone(), place: *place, what };
                    // What is for more than one right is refused once.
                    if !found.iter().any(|one: &Refused| {
                        one.origin == refused.origin
                            && one.place == refused.place
                            && matches!(one.place, Place::Line { .. })
                    }) {
                        found.push(refused);
                    }
                }
            }
            for entry in &policy.limits {
                if let Some(now) = (entry.row.get)(&limits).filter(|now| *now < entry.value) {
                    let (row, value) = (entry.row, entry.value);
                    let (asked, now) = (row.write(value), row.write(now));
                    let what = format!("{} = {asked} is more than is allowed: {now} applies", row.name);
                    found.push(Refused { origin: policy.origin.clone(), place: entry.place, what });
                }
            }
            limits = policy.tighten(limits);
        }
        found
    }

    /// Why these do not grant all that the glob is for.
    fn refuses(&self, before: &[std::sync::Arc<Policy>], right: Right, glob: &Glob) -> Option<String> {
        let noun = right.noun();
        let of_policies = before.iter().find_map(|policy| {
            let failure = policy.check_glob(right, glob).err()?;
            let part = policy.rule(right).allow.iter().filter(|entry| entry.glob.overlaps(glob));
            let part = part.map(|entry| entry.glob.text().to_owned()).collect();
            let part = in_part(noun, glob, part).filter(|_| !policy.denies_all(right, glob));
            Some(part.map_or(failure.message, |part| format!("{part} ({})", policy.origin.file_name())))
        });
        if of_policies.is_some() || self.base_covers(right, glob) {
            return of_policies;
        }
        let part = self.base(right).iter().filter(|text| Glob::of(right, text).overlaps(glob)).cloned().collect();
        Some(in_part(noun, glob, part).unwrap_or_else(|| self.base_denial(right, glob.text()).message))
    }
}

impl Policy {
    /// Whether nothing that the glob is for is left.
    pub(super) fn denies_all(&self, right: Right, glob: &Glob) -> bool {
        let asked = glob.as_denied(right);
        self.rule(right).deny.iter().any(|entry| entry.glob.covers(&asked))
    }
}

fn in_part(noun: &str, glob: &Glob, part: Vec<String>) -> Option<String> {
    let granted = part.join(", ");
    (!part.is_empty())
        .then(|| format!("the {noun} '{glob}' is granted in part only: {granted}, but for what is denied"))
}
