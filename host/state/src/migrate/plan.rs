//! The plan of a migration, as a spell or an operator wrote it.

use serde_json::Value;

use super::MigrationWork;
use super::transform::Transformation;
use crate::error::StoreError;
use llmspell_base::Failure;
use llmspell_base::fields::Fields;

/// A migration, checked.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The version that the values have before: a number or a string.
    pub from: Value,
    /// The version that they have afterwards: a number or a string.
    pub to: Value,
    /// `None`: all of them.
    pub scope: Option<String>,
    /// Only keys that begin so.
    pub prefix: String,
    /// The steps, applied in order to each value that is an object; at most 100.
    pub transformations: Vec<Transformation>,
    /// Change nothing; only tell what would be changed.
    pub dry_run: bool,
    /// The most bytes of a value.
    pub value_bytes: usize,
    /// How much work this and other migrations of the run may still do.
    pub allowance: MigrationWork,
}

const MOST: usize = 100;

impl Plan {
    /// `{from_version, to_version, scope?, prefix?, transformations?, dry_run?}`. No value may have more than
    /// `value_bytes` afterwards.
    pub fn parse(json: &str, value_bytes: usize) -> Result<Plan, Failure> {
        let mut fields = Fields::parse("the migration", json)?;
        let mut version = |name: &'static str| match fields.take(name) {
            Some(value @ (Value::Number(_) | Value::String(_))) => Ok(value),
            _ => Err(Failure::invalid(format!("the migration: '{name}' must be a number or a string"))),
        };
        let (from, to) = (version("from_version")?, version("to_version")?);
        let scope = fields.text("scope")?;
        let prefix = fields.text("prefix")?.unwrap_or_default();
        let dry_run = match fields.take("dry_run") {
            None => false,
            Some(Value::Bool(dry_run)) => dry_run,
            Some(other) => return Err(fields.wrong("dry_run", "true or false", &other)),
        };
        let list = match fields.take("transformations") {
            None => Vec::new(),
            Some(Value::Array(list)) if list.len() <= MOST => list,
            // An empty table of Lua.
            Some(Value::Object(map)) if map.is_empty() => Vec::new(),
            Some(other) => {
                return Err(fields.wrong("transformations", &format!("a list of at most {MOST} of them"), &other));
            }
        };
        fields.end()?;
        let read = |(number, one): (usize, Value)| match one {
            Value::Object(map) => Transformation::parse(map)
                .map_err(|failure| Failure::invalid(format!("transformation {}: {}", number + 1, failure.message))),
            _ => Err(Failure::invalid(format!("transformation {}: it must be an object", number + 1))),
        };
        let transformations = list.into_iter().enumerate().map(read).collect::<Result<_, _>>()?;
        Ok(Plan { from, to, scope, prefix, transformations, dry_run, value_bytes, allowance: MigrationWork::default() })
    }

    pub(super) fn means(&self, scope: &str, key: &str) -> bool {
        self.scope.as_deref().is_none_or(|own| own == scope) && key.starts_with(&self.prefix)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> StoreError {
        StoreError::Invalid(failure.message)
    }
}
