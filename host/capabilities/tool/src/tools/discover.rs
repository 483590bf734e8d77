//! Finding tools by a filter, with the hooks that are asked about it.

use serde_json::{Value, json};

use super::{Tool, Tools};
use llmspell_base::fields::Fields;
use llmspell_kernel::hook::{Decision, Point, Stage};
use llmspell_kernel::{CallContext, Result};

const BEFORE_DISCOVERY: Stage = Stage::of(&Point::BEFORE_TOOL_DISCOVERY).without_redirect(None).without_retry();
const AFTER_DISCOVERY: Stage = Stage::of(&Point::AFTER_TOOL_DISCOVERY).without_redirect(None).without_retry();

impl Tools {
    /// Those of [`Tools::list`] that a filter finds: `{category?, tag?, text?}`.
    pub fn discover(&self, filter: &str) -> Result {
        let mut fields = Fields::parse("the filter", filter)?;
        let (category, tag, text) = (fields.text("category")?, fields.text("tag")?, fields.text("text")?);
        fields.end()?;
        let text = text.map(|text| text.to_lowercase());
        let all = self.all();
        let found = all.iter().filter(|tool| {
            let one = tool.definition();
            category.as_ref().is_none_or(|category| one.category.as_ref() == Some(category))
                && tag.as_ref().is_none_or(|tag| one.tags.contains(tag))
                && text.as_ref().is_none_or(|text| {
                    one.name.to_lowercase().contains(text) || one.description.to_lowercase().contains(text)
                })
        });
        Ok(found.map(Tool::show).collect())
    }

    /// Those of [`Tools::list`] that a filter finds, as hooks see it.
    pub async fn discover_with_hooks(&self, filter: &str, cx: &CallContext) -> Result {
        let observers = &self.0.observers;
        let data: Value = serde_json::from_str(filter).unwrap_or_default();
        let hooks = &observers.hooks;
        let filter = match hooks.decide(cx, &BEFORE_DISCOVERY, "", data, Value::default).await? {
            Decision::Continue(data) => data.to_string(),
            Decision::Replace(found) => return Ok(found),
            _ => return Ok(json!([])),
        };
        self.all_ready(&cx.marker("tool.discover")).await;
        let found = self.discover(&filter)?;
        match hooks.decide(cx, &AFTER_DISCOVERY, "", found, Value::default).await? {
            Decision::Continue(found) | Decision::Replace(found) => Ok(found),
            _ => Ok(json!([])),
        }
    }
}
