//! Embeddings and reranking.

use rig_core::driver::DynModel;
use rig_core::error::ProviderError;
use rig_core::operation::{Embedding, Rerank as RigRerank, RerankRequest};
use rig_core::providers::openai::OpenAIConfig;
use rig_core::providers::openai::wire::{Dialect, RerankQuirks};

use crate::apart::Apart;
use crate::connect::{Connection, cohere, gemini, ollama, openai};
use crate::error::{ModelError, ProviderAnswer};
use crate::http::Http;
use crate::model_name::ModelName;
use crate::models::Models;
use crate::quiet::quietly;
use crate::settings::Settings;
use crate::target::Target;
use crate::usage::Usage;
use llmspell_base::host_memory::HostMemory;
use llmspell_base::provider_kind::Kind;

/// Texts to be embedded.
#[derive(Clone, Debug)]
pub struct Embed {
    /// The embedding model.
    pub model: ModelName,
    /// The texts, at most 10,000.
    pub texts: Vec<String>,
    /// `None`: as many as the model likes best.
    pub dimensions: Option<usize>,
    /// What the vectors are for.
    pub purpose: Purpose,
    /// The tenant whose queue the requests wait in.
    pub tenant: String,
    /// The most that all vectors may take as text.
    pub reply_bytes: usize,
    /// Where replies have their place while they are read.
    pub memory: HostMemory,
}

/// What a vector is for: some models embed queries in another way than documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// Text that is searched.
    #[default]
    Document,
    /// Text that is searched for.
    Query,
}

/// The vectors of an [`Embed`].
#[derive(Clone, Debug)]
pub struct Embedded {
    /// One for each text, in order, all of one length.
    pub vectors: Vec<Vec<f32>>,
    /// The name of the provider or double that answered.
    pub provider: String,
    /// The tokens and cost of all requests that it took.
    pub usage: Usage,
}

/// Why there are no vectors, or no order.
#[derive(Debug)]
pub struct Unserved {
    /// The error of the request that failed.
    pub error: ModelError,
    /// The usage of requests that were answered before; `None` where nothing has to be paid, empty where it is not known.
    pub paid: Option<Usage>,
}

/// Documents to be ordered.
#[derive(Clone, Debug)]
pub struct Rerank {
    /// The reranking model.
    pub model: ModelName,
    /// The text to which documents are compared.
    pub query: String,
    /// The documents, at most as many as the provider takes in one request.
    pub documents: Vec<String>,
    /// `None`: all of them.
    pub top: Option<usize>,
    /// The tenant whose queue the request waits in.
    pub tenant: String,
    /// Where the reply has its place while it is read.
    pub memory: HostMemory,
}

/// The order that a [`Rerank`] gave.
#[derive(Clone, Debug)]
pub struct Reranked {
    /// Indexes of documents, the most relevant first, with their scores: to be compared with each other only.
    pub results: Vec<(usize, f64)>,
    /// The provider's name, or the double's.
    pub provider: String,
    /// The tokens and cost of the request.
    pub usage: Usage,
}

/// In one request, where the provider's own limit is not known.
const BATCH: usize = 64;

/// What a number of a vector takes as text, such as "-0.0123456,".
const NUMBER_BYTES: usize = 12;

/// What a request may hold; all of it is in memory several times.
const MOST_TEXTS: usize = 10_000;
const MOST_DIMENSIONS: usize = 8_192;

impl Models {
    /// Embeds, in as many requests as the provider needs.
    ///
    /// Errors: those of a question; "invalid" where the provider has no embeddings, or none of that length; "too-large"
    /// where the vectors would take more than the reply may.
    pub async fn embed(&self, embed: Embed) -> Result<Embedded, Unserved> {
        let (name, target) = (&embed.model, self.target(&embed.model)?);
        if embed.texts.len() > MOST_TEXTS {
            let what = format!("{} texts; {MOST_TEXTS} are the most", embed.texts.len());
            return Err(ModelError::invalid(what).into());
        }
        if let Some(dimensions) = embed.dimensions.filter(|count| !(1..=MOST_DIMENSIONS).contains(count)) {
            let what = format!("dimensions must be from 1 to {MOST_DIMENSIONS}, not {dimensions}");
            return Err(ModelError::invalid(what).into());
        }
        // Where the model chooses, its first vector tells.
        fit(&embed, embed.dimensions.unwrap_or(1)).map_err(|error| Unserved { error, paid: None })?;
        let (model, apart) = match &target {
            Target::Provider(connection) => {
                let http = connection.http(name, None, &embed.memory)?;
                let apart = http.apart().clone();
                (connection.embedding(name, embed.dimensions, embed.purpose, http)?, apart)
            }
            Target::Double(double) => (double.embedding(embed.dimensions), Apart::default()),
        };
        let batch = Some(model.capabilities().max_documents).filter(|most| *most > 0).unwrap_or(BATCH);
        let mut embedded =
            Embedded { vectors: Vec::new(), provider: target.answerer().into(), usage: Usage::default() };
        let _place = self.place(name, &embed.tenant).await?;
        for texts in embed.texts.chunks(batch) {
            let response = self.apart.run(&apart, quietly(model.call(texts.to_vec()))).await;
            let response = match response {
                Ok(response) => response,
                Err(error) => {
                    // Rig tells of vectors of a wrong length in place of the answer that they came in.
                    let answered = matches!(error, ProviderError::MismatchedDimensions { .. });
                    let error = ModelError::from_rig(error, name, target.provider());
                    let paid = match (error.is_free() && !answered, embedded.vectors.is_empty()) {
                        (true, true) => None,
                        (true, false) => Some(embedded.usage),
                        // What this request cost is not known.
                        (false, _) => Some(Usage::default()),
                    };
                    return Err(Unserved { error, paid });
                }
            };
            embedded.usage += &Usage::from_rig(&response.usage);
            for embedding in response.embeddings {
                embedded.vectors.push(embedding.vec.into_iter().map(|number| number as f32).collect());
            }
            let longest = embedded.vectors.iter().map(Vec::len).max().unwrap_or(1);
            if let Err(error) = fit(&embed, longest) {
                return Err(Unserved { error, paid: Some(embedded.usage) });
            }
        }
        match check(&embedded.vectors, &embed) {
            Ok(()) => Ok(embedded),
            Err(error) => Err(Unserved { error, paid: Some(embedded.usage) }),
        }
    }

    /// Errors: those of a question; "invalid" where the provider does not rerank.
    pub async fn rerank(&self, rerank: Rerank) -> Result<Reranked, ModelError> {
        let (name, target) = (&rerank.model, self.target(&rerank.model)?);
        let count = rerank.documents.len();
        let (model, apart) = match &target {
            Target::Provider(connection) => {
                let http = connection.http(name, None, &rerank.memory)?;
                let apart = http.apart().clone();
                (connection.reranking(name, http)?, apart)
            }
            Target::Double(double) => (double.reranking(), Apart::default()),
        };
        let most = Some(model.capabilities().max_documents).filter(|most| *most > 0).unwrap_or(MOST_TEXTS);
        if count > most {
            return Err(ModelError::invalid(format!("{count} documents; {name} takes {most} at most")));
        }
        let _place = self.place(name, &rerank.tenant).await?;
        let request = RerankRequest { query: rerank.query, documents: rerank.documents };
        let response = self.apart.run(&apart, quietly(model.call(request))).await;
        let response = response.map_err(|error| ModelError::from_rig(error, name, target.provider()))?;
        let mut results: Vec<(usize, f64)> =
            response.results.iter().map(|result| (result.index, result.relevance_score)).collect();
        results.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut seen = vec![false; count];
        for (index, score) in &results {
            let place = seen.get_mut(*index).filter(|seen| !**seen && score.is_finite());
            *place
                .ok_or_else(|| ModelError::failed(name, "the reply ranks documents that it was not given".into()))? =
                true;
        }
        results.truncate(rerank.top.unwrap_or(count));
        let (provider, usage) = (target.answerer().into(), Usage::from_rig(&response.usage));
        Ok(Reranked { results, provider, usage })
    }
}

impl From<ModelError> for Unserved {
    /// An error before the first reply.
    fn from(error: ModelError) -> Unserved {
        let paid = if error.is_free() { None } else { Some(Usage::default()) };
        Unserved { error, paid }
    }
}

/// Refuses vectors of this length for so many texts.
fn fit(embed: &Embed, dimensions: usize) -> Result<(), ModelError> {
    let (texts, most) = (embed.texts.len(), embed.reply_bytes);
    if texts.saturating_mul(dimensions).saturating_mul(NUMBER_BYTES) <= most {
        return Ok(());
    }
    let said = format!(
        "{texts} vectors of {dimensions} numbers take more than the {most} bytes of a reply: embed fewer texts at once"
    );
    Err(ModelError::TooLarge { answer: ProviderAnswer::saying(&embed.model, said) })
}

fn check(vectors: &[Vec<f32>], embed: &Embed) -> Result<(), ModelError> {
    let (name, failed) = (&embed.model, |said: &str| Err(ModelError::failed(&embed.model, said.into())));
    let length = vectors.first().map_or(0, Vec::len);
    if vectors.len() != embed.texts.len() {
        return failed("the reply does not hold a vector for each text");
    }
    if vectors.iter().any(|vector| vector.len() != length || vector.is_empty()) {
        return failed("the vectors are not of one length");
    }
    if vectors.iter().flatten().any(|number| !number.is_finite()) {
        return failed("a vector holds what is no number");
    }
    if let Some(place) = vectors.iter().position(|vector| vector.iter().all(|number| *number == 0.0)) {
        return failed(&format!(
            "the vector of text {} of {} is all zeros, so that it can't be compared: the server had no answer for it",
            place + 1,
            vectors.len()
        ));
    }
    match embed.dimensions {
        Some(wanted) if !vectors.is_empty() && length != wanted => {
            Err(ModelError::invalid(format!("{name} gives vectors of {length} dimensions, not of {wanted}")))
        }
        _ => Ok(()),
    }
}

impl Connection {
    fn embedding(
        &self,
        name: &ModelName,
        dimensions: Option<usize>,
        purpose: Purpose,
        http: Http,
    ) -> Result<DynModel<Embedding>, ModelError> {
        let (provider, model) = (self.provider(), name.model.as_str());
        let url = provider.base_url.as_deref();
        if !provider.kind.embeds() {
            return Err(self.has_none(Kind::embeds, "no embeddings"));
        }
        let http = http.for_vectors(dimensions.is_some());
        Ok(match provider.kind {
            Kind::Gemini => gemini(url).connect(http).embedding(model, dimensions).erase(),
            Kind::Ollama => ollama(url).connect(http).embedding(model, dimensions).erase(),
            Kind::Cohere => {
                let mut model = cohere(url).connect(http).embedding(model, dimensions);
                if purpose == Purpose::Query {
                    model.wire = model.wire.with_input_type("search_query");
                }
                model.erase()
            }
            _ => openai(provider, &Settings::default()).connect(http).embedding(model, dimensions).erase(),
        })
    }

    fn reranking(&self, name: &ModelName, http: Http) -> Result<DynModel<RigRerank>, ModelError> {
        if !self.provider().kind.reranks() {
            return Err(self.has_none(Kind::reranks, "no reranking"));
        }
        let mut config = OpenAIConfig::with_key(&cohere_reranking(), "");
        config.base_url = cohere(self.provider().base_url.as_deref()).base_url;
        Ok(config.connect(http).rerank(name.model.as_str()).erase())
    }

    fn has_none(&self, has: fn(Kind) -> bool, what: &str) -> ModelError {
        let others: Vec<&str> = Kind::ALL.iter().filter(|kind| has(**kind)).map(|kind| kind.name()).collect();
        ModelError::invalid(format!(
            "provider '{}' has {what}; these kinds have: {}",
            self.provider().name,
            others.join(", ")
        ))
    }
}

/// Rig has Cohere's chat and embeddings, but not its reranking, which has the form of a dialect that Rig does have.
fn cohere_reranking() -> Dialect {
    let mut dialect = Dialect::gateway("cohere", "", "");
    let mut rerank = RerankQuirks::unsupported();
    (rerank.path, rerank.max_documents) = ("/v2/rerank", 1_000);
    dialect.quirks.rerank = rerank;
    dialect
}
