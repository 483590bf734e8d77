//! Asks conditions.

use futures::future::BoxFuture;
use serde_json::Value;

use llmspell_api::workflow::StepStatus;
use llmspell_kernel::Result;

use super::{Engine, text_of};
use crate::condition::{self, Condition};
use crate::names::View;

impl Engine<'_> {
    /// Whether it holds; `step` is the one that it belongs to.
    pub fn holds<'v>(
        &'v self,
        condition: &'v Condition,
        view: View<'v>,
        step: Option<&'v str>,
    ) -> BoxFuture<'v, Result<bool>> {
        // Boxed, because conditions lie in conditions.
        Box::pin(async move {
            Ok(match condition {
                Condition::Function(handler) => {
                    let answer = self.cx.call_function(*handler, view.context(step, None, None)).await?;
                    condition::holds(&answer)
                }
                Condition::And(conditions) => {
                    for condition in conditions {
                        if !self.holds(condition, view, step).await? {
                            return Ok(false);
                        }
                    }
                    true
                }
                Condition::Or(conditions) => {
                    for condition in conditions {
                        if self.holds(condition, view, step).await? {
                            return Ok(true);
                        }
                    }
                    false
                }
                Condition::Not(condition) => !self.holds(condition, view, step).await?,
                other => at_once(other, &view)?,
            })
        })
    }
}

/// Conditions that nothing has to be waited for.
fn at_once(condition: &Condition, view: &View<'_>) -> Result<bool> {
    Ok(match condition {
        Condition::Is(holds) => *holds,
        Condition::DataEquals { key, value } => view.shared.state.get(key).is_some_and(|found| is(&found, value)),
        Condition::DataExists(key) => view.shared.state.has(key),
        Condition::ResultEquals { step, value } => view.output(step)?.is_some_and(|output| is(&output, value)),
        Condition::Succeeded(step) => view.status(step)? == Some(StepStatus::Completed),
        Condition::Failed(step) => view.status(step)? == Some(StepStatus::Failed),
        Condition::Contains { step, text } => view.output(step)?.is_some_and(|output| text_of(&output).contains(text)),
        Condition::Classified { step, expected } => {
            view.output(step)?.is_some_and(|output| condition::plain(&text_of(&output)) == *expected)
        }
        Condition::Custom(expression) => expression.holds(view)?,
        Condition::Function(_) | Condition::And(_) | Condition::Or(_) | Condition::Not(_) => false,
    })
}

/// Equal, where 1 and 1.0 are the same number.
fn is(found: &Value, wanted: &Value) -> bool {
    found == wanted || matches!((found.as_f64(), wanted.as_f64()), (Some(a), Some(b)) if a == b)
}
