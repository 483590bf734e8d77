//! Explains which entries of which policies are in force.

use llmspell_api::policy::{Barred, NeedsApproval};
pub use llmspell_api::policy::{Denied, Explained, Limited, Named, Standing};

use super::Grants;
use super::approval::COST_ABOVE;
use super::taint::Bar;
use super::{Entry, Glob, Place, Policy, Right};
use llmspell_api::PolicyFile;
use llmspell_base::limits::Limits;
use llmspell_base::limits::table::ROWS;

/// The source, in `from`, of what no policy sets.
pub const CONFIGURATION: &str = "configuration";

impl Grants {
    /// What holds of all policies together. `limits`: those of the configuration.
    pub fn explain(&self, limits: &Limits) -> Explained {
        let mut names = Vec::new();
        for right in Right::ALL {
            for policy in &self.policies {
                let rule = policy.rule(*right);
                for Entry { glob, place, max_file, terms } in &rule.allow {
                    let (standing, because) = self.standing(policy, *right, glob);
                    let from = policy.place(*place);
                    names.push(Named {
                        max_file: *max_file,
                        terms: terms.as_ref().map(|terms| terms.to_string()),
                        ..named(*right, right.key(), glob, standing, from, because)
                    });
                }
                for Entry { glob, place, .. } in &rule.deny {
                    names.push(named(*right, "deny", glob, Standing::Denied, policy.place(*place), None));
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
        let policies = self.files().into_iter().map(|(file, hash)| PolicyFile { file, hash });
        Explained {
            policies: policies.collect(),
            names,
            denied: self.silent(),
            limits: limits.collect(),
            approvals: self.approvals(),
            taint: self.taint(),
        }
    }

    fn approvals(&self) -> Vec<NeedsApproval> {
        let of = |policy: &Policy| {
            let named = policy.approvals.names.iter().map(|(right, entry)| NeedsApproval {
                key: right.approval().unwrap_or_default(),
                name: entry.glob.text().into(),
                from: policy.place(entry.place),
            });
            let cost = policy.approvals.cost_above.map(|(most, place)| NeedsApproval {
                key: COST_ABOVE,
                name: most.to_string(),
                from: policy.place(place),
            });
            named.chain(cost).collect::<Vec<_>>()
        };
        self.policies.iter().flat_map(|policy| of(policy)).collect()
    }

    fn taint(&self) -> Vec<Barred> {
        let of = |policy: &Policy| {
            let bar = |bar: &Bar| Barred { sink: bar.sink, unless: bar.unless.clone(), from: policy.place(bar.place) };
            policy.taint.iter().map(bar).collect::<Vec<_>>()
        };
        self.policies.iter().flat_map(|policy| of(policy)).collect()
    }

    fn silent(&self) -> Vec<Denied> {
        let denied = Right::ALL.iter().filter_map(|right| {
            let speaking = self.policies.iter().filter(|policy| policy.names && !policy.leaves(*right));
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

fn named(
    right: Right,
    key: &'static str,
    glob: &Glob,
    standing: Standing,
    from: String,
    because: Option<String>,
) -> Named {
    Named {
        section: right.section(),
        key,
        name: glob.text().into(),
        max_file: None,
        terms: None,
        standing,
        from,
        because,
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
