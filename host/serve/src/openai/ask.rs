//! From a request to the run that answers it.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue};
use serde_json::{Map, Value, json};

use super::answer::{Usage, whole};
use super::failure::Failed;
use super::message::{Conversation, wrong};
use crate::app::Shared;
use crate::begin::{Begun, begin, earlier};
use crate::caller::Caller;
use crate::events::EventLog;
use crate::idempotency::Idempotency;
use crate::keys::Right;
use crate::names::{self, file_name};
use crate::order::Order;
use crate::places::AnswerPermit;
use crate::problem::Problem;
use crate::spells;
use crate::waiting::CancelOnDrop;

/// What the name of a model begins with.
pub const PREFIX: &str = "spell/";

/// A run that is under way, or was.
pub struct Asked {
    /// The run's id.
    pub id: String,
    /// The model, as the client named it.
    pub model: String,
    pub events: Arc<EventLog>,
    /// Cancels the run if the client hangs up.
    pub guard: Option<CancelOnDrop>,
    /// Whether the client named its request.
    is_named: bool,
    /// Held until the answer is whole.
    pub permit: AnswerPermit,
}

/// Where a request comes from.
pub struct Request<'a> {
    pub caller: Caller,
    pub headers: &'a HeaderMap,
    pub path: &'a str,
    pub body: &'a [u8],
}

/// Begins the run of the spell that the client calls a model, or finds the one that it began before.
pub async fn ask(
    app: &Shared,
    request: Request<'_>,
    model: &str,
    conversation: Conversation,
) -> Result<Asked, Problem> {
    let Request { caller, headers, path, body } = request;
    caller.needs(Right::Run)?;
    let (tenant, model) = (caller.tenant().to_owned(), model.to_owned());
    let permit = app.places.answer(&tenant)?;
    let idempotency = Idempotency::of(headers, &caller.0, path, body)?;
    let is_named = idempotency.is_some();
    let begun = match earlier(app, &tenant, idempotency.as_ref()).await? {
        Some(id) => Begun::Earlier(id),
        None => begin(app, order(app, caller, &model, conversation, idempotency).await?).await?,
    };
    match begun {
        Begun::Run(live, guard) => {
            Ok(Asked { id: live.id.clone(), model, events: live.events.clone(), guard, is_named, permit })
        }
        Begun::Earlier(id) => {
            let events = app.runs.events(&tenant, &id).await?;
            Ok(Asked { id, model, events, guard: None, is_named, permit })
        }
    }
}

async fn order(
    app: &Shared,
    caller: Caller,
    model: &str,
    conversation: Conversation,
    idempotency: Option<Idempotency>,
) -> Result<Order, Problem> {
    let unknown = |detail: String| {
        let problem = Problem::not_found(format!("model: {detail}"));
        Problem { details: Some(Box::new(json!({ "param": "model" }))), ..problem }
    };
    let Some(name) = model.strip_prefix(PREFIX) else {
        let shown = model.escape_debug().take(80).collect::<String>();
        return Err(unknown(format!("there is no model '{shown}': a stored spell is the model {PREFIX}NAME")));
    };
    let (name, version) = names::spell_and_version(name).map_err(|problem| wrong("model", &problem.detail))?;
    let stored =
        spells::get(app.store(), caller.tenant(), name, version).await.map_err(|problem| match problem.status {
            404 => unknown(problem.detail),
            _ => problem,
        })?;
    let (language, extension) = app.language(&stored.language)?;
    Ok(Order {
        key: caller.0,
        file: file_name(name, extension),
        spell: Some((stored.name, stored.version)),
        language,
        source: stored.source.unwrap_or_default(),
        hash: stored.hash,
        parameters: conversation.parameters(),
        arguments: Vec::new(),
        session: None,
        seed: None,
        limits: Map::new(),
        record: false,
        ends_with_client: idempotency.is_none(),
        idempotency,
    })
}

impl Asked {
    /// The whole answer, or why there is none. From then on, hanging up cancels nothing.
    pub async fn answer(&mut self) -> Result<(String, Usage), Failed> {
        let answered = whole(self.events.clone()).await;
        self.guard.take().into_iter().for_each(CancelOnDrop::disarm);
        answered.map_err(|failed| if self.is_named { failed.for_good() } else { failed })
    }

    /// So that a client can ask for the run afterwards, and tell of it.
    pub fn headers(&self) -> [(&'static str, HeaderValue); 2] {
        let id = HeaderValue::from_str(&self.id).unwrap_or_else(|_| HeaderValue::from_static(""));
        [("x-request-id", id.clone()), ("x-llmspell-run", id)]
    }
}

/// What the client sent beside what is read of it.
pub fn options(rest: Map<String, Value>) -> Result<Map<String, Value>, Problem> {
    super::message::check_options(&rest)?;
    Ok(rest.into_iter().filter(|(_, value)| !value.is_null()).collect())
}
