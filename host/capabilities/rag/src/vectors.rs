//! Texts become vectors by a model, paid as any other request of the run.

use llmspell_base::{Code, Failure};
use llmspell_capability_agent::Agents;
use llmspell_kernel::{CallContext, Result};
use llmspell_models::Purpose;
use llmspell_retrieval::check_vector;

use crate::settings::{Settings, Wanted};

/// So many texts are asked for at once; more would not fit into a reply.
const BATCH: usize = 64;

/// Vectors, and the tokens that a model counted for them.
#[derive(Default)]
pub struct Made {
    pub vectors: Vec<Vec<f32>>,
    pub tokens: u64,
}

/// The wanted settings with the model's full name.
pub fn full_name(mut wanted: Wanted, cx: &CallContext) -> Result<Wanted> {
    if let Some(model) = wanted.model.take() {
        wanted.model = Some(match model.as_str() {
            "none" | "lexical" => "none".into(),
            _ => cx.offered::<Agents>()?.model_name(&model)?,
        });
    }
    Ok(wanted)
}

/// A vector for each text, all as long as the collection's are. `each` is told how many more there are.
pub async fn embed(settings: &Settings, texts: &[String], purpose: Purpose, cx: &CallContext) -> Result<Made> {
    let Some(model) = &settings.model else { return Ok(Made::default()) };
    let agents = cx.offered::<Agents>()?;
    let mut made = Made::default();
    for batch in texts.chunks(BATCH) {
        let embedded = agents.call_embed(model, batch.to_vec(), settings.asked_dimensions, purpose, cx).await?;
        made.tokens += embedded.usage.input_tokens.unwrap_or_default();
        made.vectors.extend(embedded.vectors);
    }
    let length = settings.dimensions.or(made.vectors.first().map(Vec::len));
    for vector in &made.vectors {
        check_vector(vector).map_err(|problem| Failure::new(Code::Provider, format!("{model}: {problem}")))?;
        if Some(vector.len()) != length {
            return Err(Failure::new(
                Code::Provider,
                format!(
                    "{model} gave a vector of {} numbers, and the collection has those of {}: the model is another one now; \
                     RAG.rebuild embeds everything anew",
                    vector.len(),
                    length.unwrap_or_default()
                ),
            ));
        }
    }
    Ok(made)
}
