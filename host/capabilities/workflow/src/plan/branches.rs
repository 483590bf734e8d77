//! Reads branches: of "parallel" and "conditional".

use std::collections::HashSet;

use serde_json::Value;

use llmspell_api::workflow::Merge;
use llmspell_base::Failure;
use llmspell_base::fields::Fields;

use super::reader::{Common, Reader, join, milliseconds, required_name, word};
use super::{Branch, Shape};
use crate::condition::Condition;

const MERGES: &[(&str, Merge)] = &[
    ("object", Merge::Object),
    ("list", Merge::List),
    ("concat", Merge::Concat),
    ("first", Merge::First),
    ("last", Merge::Last),
];
const CONCURRENCY: u64 = 8;
const MOST_CONCURRENCY: u64 = 64;

/// How much runs at once.
pub fn concurrency(fields: &mut Fields) -> Result<usize, Failure> {
    Ok(fields.whole("max_concurrency", 1..=MOST_CONCURRENCY)?.unwrap_or(CONCURRENCY) as usize)
}

impl Reader {
    pub fn parallel(&mut self, path: &str, fields: &mut Fields, common: &mut Common) -> Result<Shape, Failure> {
        let branches = self.branches(path, fields, common, false)?;
        let concurrency = concurrency(fields)?;
        let words: Vec<&str> = MERGES.iter().map(|(word, _)| *word).collect();
        let merge =
            word(fields, "merge", &words)?.and_then(|at| MERGES.get(at)).map_or(Merge::Object, |(_, merge)| *merge);
        Ok(Shape::Parallel { branches, concurrency, merge })
    }

    pub fn conditional(&mut self, path: &str, fields: &mut Fields, common: &mut Common) -> Result<Shape, Failure> {
        let branches = self.branches(path, fields, common, true)?;
        let end = common.steps.len();
        let otherwise = match fields.take("otherwise") {
            // A list without steps does nothing.
            Some(Value::Array(items)) if items.is_empty() => end..end,
            Some(list) => self.list(&join(path, "otherwise"), Some(list), common)?,
            None => end..end,
        };
        let all_matching = fields.flag("all_matching")?.unwrap_or(false);
        Ok(Shape::Conditional { branches, otherwise, all_matching })
    }

    fn branches(
        &mut self,
        path: &str,
        fields: &mut Fields,
        common: &mut Common,
        is_conditional: bool,
    ) -> Result<Vec<Branch>, Failure> {
        let at = join(path, "branches");
        let Some(Value::Array(items)) =
            fields.take("branches").filter(|list| list.as_array().is_some_and(|items| !items.is_empty()))
        else {
            return Err(Failure::invalid(format!("{at}: a list of at least one branch is needed here")));
        };
        let mut names = HashSet::new();
        let mut branches = Vec::with_capacity(items.len());
        for (number, item) in items.into_iter().enumerate() {
            let place = format!("{at}[{}]", number + 1);
            let read = self.branch(&place, item, common, is_conditional);
            let Some(branch) = self.keep(&place, read) else { continue };
            if !names.insert(branch.name.clone()) {
                self.error(&place, Failure::invalid(format!("there is another branch '{}'", branch.name)));
            }
            branches.push(branch);
        }
        Ok(branches)
    }

    fn branch(
        &mut self,
        path: &str,
        item: Value,
        common: &mut Common,
        is_conditional: bool,
    ) -> Result<Branch, Failure> {
        let mut fields = Fields::of(path.to_owned(), item)?;
        let name = required_name(&mut fields)?;
        let (mut condition, mut required, mut timeout) = (Condition::Is(true), true, None);
        if is_conditional {
            let given = fields.take("condition");
            let missing = || Failure::invalid(format!("{path}: 'condition' is missing"));
            condition = Condition::read(&join(path, "condition"), given.ok_or_else(missing)?)?;
        } else {
            required = fields.flag("required")?.unwrap_or(true);
        }
        timeout = milliseconds(&mut fields, "timeout_ms")?.or(timeout);
        let steps = fields.take("steps");
        let steps = self.list(&join(path, "steps"), steps, common)?;
        fields.end()?;
        Ok(Branch { name, steps, condition, required, timeout })
    }
}
