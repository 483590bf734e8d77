//! What needs a person's yes, beyond being granted.

use llmspell_base::money::NanoDollars;

use super::{Entry, Grants, Permission, Place, Policy, Right};

/// What a call may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// No more than this.
    AtMost(NanoDollars),
    /// Nobody knows: the model has no price.
    Unknown,
}

impl Cost {
    /// Whether it is no more than what somebody has said yes to.
    pub fn is_within(self, most: Option<Cost>) -> bool {
        match (self, most) {
            (Cost::AtMost(cost), Some(Cost::AtMost(most))) => cost <= most,
            (_, Some(Cost::Unknown)) => true,
            (_, None) | (Cost::Unknown, Some(Cost::AtMost(_))) => false,
        }
    }
}

/// What one policy wants somebody to be asked about.
#[derive(Debug, Clone, Default)]
pub(super) struct Approvals {
    pub names: Vec<(Right, Entry)>,
    pub cost_above: Option<(NanoDollars, Place)>,
}

/// The key for amounts of money.
pub(super) const COST_ABOVE: &str = "cost-above";

impl Approvals {
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.cost_above.is_none()
    }
}

impl Grants {
    /// Whether any policy wants somebody to be asked about anything.
    pub fn asks(&self) -> bool {
        self.policies.iter().any(|policy| !policy.approvals.is_empty())
    }

    /// Why a call needs a yes: the entry of a policy that says so. `None`: it needs none.
    pub fn needs_approval(&self, permission: &Permission<'_>, cost: Option<Cost>) -> Option<String> {
        if !permission.may_need_approval() {
            return None;
        }
        self.policies.iter().find_map(|policy| policy.needs_approval(permission, cost))
    }
}

impl Policy {
    fn needs_approval(&self, permission: &Permission<'_>, cost: Option<Cost>) -> Option<String> {
        let right = permission.right();
        let named = self.approvals.names.iter().filter(|(of, _)| Some(*of) == right);
        let mut named = named.filter(|(right, entry)| {
            permission.names().chain(permission.aliases()).any(|name| entry.is_for_denied(*right, name))
        });
        let file = self.origin.file_name();
        let place = |place: Place| match place {
            Place::Line { line, .. } => format!("{file}, line {line}"),
            Place::Flag(flag) => flag.to_owned(),
        };
        if let Some((right, entry)) = named.next() {
            let key = right.approval().unwrap_or_default();
            return Some(format!("[approval] {key} = \"{}\" in {}", entry.glob, place(entry.place)));
        }
        let (most, at) = self.approvals.cost_above?;
        let above = match cost? {
            Cost::AtMost(cost) => cost > most,
            Cost::Unknown => true,
        };
        above.then(|| format!("[approval] {COST_ABOVE} = {most} in {}", place(at)))
    }
}
