//! What a spell may use.

use std::collections::BTreeMap;

use wildmatch::WildMatch;

use crate::failure::Failure;
use crate::gate::Need;

/// What a spell may use. The default grants nothing.
#[derive(Debug, Clone, Default)]
pub struct Grants {
    /// Patterns of "provider/model", where `*` stands for anything.
    pub models: Vec<String>,
    /// Names of environment variables, with what they hold; `None` where they are not set.
    pub environment: BTreeMap<String, Option<String>>,
    /// Other files of the spell's own folder.
    pub modules: bool,
}

impl Grants {
    /// What a person at a prompt grants to a spell by running it: every model that is configured, and the files beside
    /// it. Environment variables have to be named one by one.
    pub fn local() -> Grants {
        Grants { models: vec!["*".into()], modules: true, ..Grants::default() }
    }

    pub(crate) fn check(&self, need: Need<'_>) -> Result<(), Failure> {
        match need {
            Need::Nothing => Ok(()),
            Need::Model(name) if self.models.iter().any(|pattern| WildMatch::new(pattern).matches(name)) => Ok(()),
            Need::Model(name) => Err(Failure::denied(format!(
                "the model '{name}' is not granted; granted are: {}",
                if self.models.is_empty() { "none".into() } else { self.models.join(", ") }
            ))),
            Need::Modules if self.modules => Ok(()),
            Need::Modules => Err(Failure::denied("files beside the spell are not granted")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_grants_every_model() {
        assert!(Grants::local().check(Need::Model("openai/org/gpt-4")).is_ok());
    }

    #[test]
    fn a_model_outside_the_patterns_is_denied_and_named() {
        let grants = Grants { models: vec!["openai/gpt-4*".into()], ..Grants::default() };
        assert!(grants.check(Need::Model("openai/gpt-4o")).is_ok());
        let denied = grants.check(Need::Model("openai/o1")).unwrap_err();
        assert_eq!((&*denied.code, denied.message.contains("openai/o1")), ("denied", true));
    }

    #[test]
    fn nothing_is_granted_by_default() {
        assert!(Grants::default().check(Need::Model("local/m")).is_err());
        assert!(Grants::default().check(Need::Modules).is_err());
    }
}
