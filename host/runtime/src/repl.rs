//! A prompt: one text after the other, in one instance of a guest.

use std::sync::Arc;

use llmspell_api::budget::Remaining;
use llmspell_base::{Limit, Limits, NanoDollars};
use llmspell_capability_core::budget;
use llmspell_kernel::bindings::types::Source;
use llmspell_kernel::{ModelUse, RunState, Stop};
use llmspell_policy::Grants;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use wasmtime::Store;

use crate::bindings::prompt::Prompt;
use crate::bindings::prompt::exports::llmspell::spell::guest::Request;
use crate::bindings::prompt::exports::llmspell::spell::repl as wit;
use crate::ending::{HostSide, script_error};
use crate::outcome::{Ending, Outcome};
use crate::runtime::{CANCELLED, Runtime, set_deadline};
use crate::spell::Spell;

/// A prompt. What a text defines is there for the next one, as far as the language keeps it.
///
/// Limits hold for each text, but for those on tokens and money, which hold for all of them together. A text that used up a limit
/// ends the instance; the next one finds a fresh one. Dropping it stops what goes on.
///
/// ```
/// use std::sync::Arc;
/// use llmspell_wasm::{Config, Entry, Evaluated, Grants, Limits, Repl, Runtime, Spell};
///
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let runtime = Arc::new(Runtime::new(Config::from_toml("", &|_| None)?)?);
/// let spell = || Spell::new("lua", "prompt", "");
/// let mut repl = Repl::new(runtime, spell, Grants::local(), Limits::default());
/// repl.evaluate(Entry::new("1", "n = 20 + 1")).await;
/// let evaluation = repl.evaluate(Entry::new("2", "n * 2")).await;
/// assert!(matches!(evaluation.evaluated, Evaluated::Value(text) if text == "42"));
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Repl {
    runtime: Arc<Runtime>,
    spell: Box<dyn FnMut() -> Spell + Send>,
    grants: Grants,
    limits: Limits,
    live: Option<Live>,
    /// By instances that are gone.
    used: ModelUse,
}

/// A text of a prompt.
pub struct Entry {
    /// What errors call it.
    pub name: String,
    /// The text.
    pub text: String,
    /// Cancelled, it ends what the text waits for; what was defined stays.
    pub interrupt: CancellationToken,
    /// Cancelled, it ends the text wherever it is, and its instance.
    pub stop: CancellationToken,
}

impl Entry {
    /// One that nothing interrupts.
    pub fn new(name: &str, text: &str) -> Entry {
        let (interrupt, stop) = (CancellationToken::new(), CancellationToken::new());
        Entry { name: name.into(), text: text.into(), interrupt, stop }
    }
}

/// What became of a text.
#[derive(Debug)]
pub enum Evaluated {
    /// It has no value.
    Nothing,
    /// Its value, as it is shown.
    Value(String),
    /// It ends too early, and nothing of it ran.
    Incomplete,
    /// It failed; what was defined stays.
    Failed(Box<Outcome>),
    /// It ended its instance: what was defined is gone. By `exit`, it is completed.
    Ended(Box<Outcome>),
}

/// What became of a text, and what models were used for by all so far.
#[derive(Debug)]
pub struct Evaluation {
    /// What became of it.
    pub evaluated: Evaluated,
    /// The use of models, by all texts together.
    pub models: ModelUse,
}

/// An instance that waits for texts.
struct Live {
    asked: mpsc::Sender<Asked>,
    run: JoinHandle<Outcome>,
}

enum Asked {
    Entry(Entry, oneshot::Sender<Evaluation>),
    Budget(oneshot::Sender<Option<Remaining>>),
}

impl Repl {
    /// A prompt in the language of `spell`, which makes the spell that stands for each instance: its text is not looked at.
    /// `limits` can only tighten those of the configuration.
    pub fn new(
        runtime: Arc<Runtime>,
        spell: impl FnMut() -> Spell + Send + 'static,
        grants: Grants,
        limits: Limits,
    ) -> Repl {
        Repl { runtime, spell: Box::new(spell), grants, limits, live: None, used: ModelUse::default() }
    }

    /// Evaluates a text, in the instance of the texts before it.
    pub async fn evaluate(&mut self, entry: Entry) -> Evaluation {
        let (answer, answered) = oneshot::channel();
        match self.ask(Asked::Entry(entry, answer)).await {
            Ok(()) => match answered.await {
                Ok(evaluation) => Evaluation { models: sum(&self.used, &evaluation.models), ..evaluation },
                Err(_) => self.ended().await,
            },
            Err(()) => self.ended().await,
        }
    }

    /// What is left for the next text. `None`: there is no instance to be had.
    pub async fn remaining(&mut self) -> Option<Remaining> {
        let (answer, answered) = oneshot::channel();
        if self.ask(Asked::Budget(answer)).await.is_err() {
            return None;
        }
        answered.await.ok().flatten()
    }

    /// Ends the instance, and waits until nothing of it is left.
    pub async fn end(&mut self) -> Option<Outcome> {
        let Live { asked, run } = self.live.take()?;
        drop(asked);
        run.await.ok()
    }

    async fn ask(&mut self, asked: Asked) -> Result<(), ()> {
        let live = match self.live.take() {
            Some(live) => live,
            None => self.begin(),
        };
        let sent = live.asked.send(asked).await;
        self.live = Some(live);
        sent.map_err(drop)
    }

    fn begin(&mut self) -> Live {
        let (asked, mut questions) = mpsc::channel::<Asked>(1);
        let (runtime, spell, grants) = (self.runtime.clone(), (self.spell)(), self.grants.clone());
        let limits = self.left();
        let run = tokio::spawn(async move {
            let given = (Value::Object(spell.parameters.clone()).to_string(), spell.arguments.clone());
            let work = async |prompt: &Prompt, limits: &Limits, store: &mut Store<RunState>| {
                while let Some(asked) = questions.recv().await {
                    match asked {
                        Asked::Entry(entry, answer) => {
                            let request = Request {
                                source: Source { name: entry.name, text: entry.text },
                                parameters: given.0.clone(),
                                arguments: given.1.clone(),
                            };
                            let bytes = request.source.text.len() + request.parameters.len();
                            begin_entry(store, limits, bytes, entry.interrupt)?;
                            let outcome = evaluate(prompt, limits, store, &request, &entry.stop).await?;
                            let models = store.data().run.ledger().models;
                            // Who asked may be gone.
                            let _ = answer.send(Evaluation { evaluated: told(&runtime, store, outcome), models });
                        }
                        Asked::Budget(answer) => {
                            begin_entry(store, limits, 0, CancellationToken::new())?;
                            let _ = answer.send(budget::remaining(store.data_mut(), limits.fuel).await?);
                        }
                    }
                }
                Ok(())
            };
            runtime.prompt_run(spell, grants, limits, work).await
        });
        Live { asked, run }
    }

    /// The limits, less what earlier instances have spent.
    fn left(&self) -> Limits {
        let mut limits = self.limits.clone().within(&self.runtime.config().limits);
        let tokens = self.used.input_tokens.saturating_add(self.used.output_tokens);
        limits.tokens = limits.tokens.map(|most| most.saturating_sub(tokens));
        limits.cost = limits.cost.map(|most| NanoDollars(most.0.saturating_sub(self.used.cost_nano_dollars)));
        limits
    }

    /// How the instance has ended.
    async fn ended(&mut self) -> Evaluation {
        let outcome = match self.live.take() {
            Some(live) => live.run.await.unwrap_or_else(|error| lost(&error.to_string())),
            None => lost("it was not there"),
        };
        self.used = sum(&self.used, &outcome.ledger.models);
        Evaluation { evaluated: Evaluated::Ended(Box::new(outcome)), models: self.used.clone() }
    }
}

impl Drop for Repl {
    fn drop(&mut self) {
        if let Some(live) = &self.live {
            live.run.abort();
        }
    }
}

fn lost(why: &str) -> Outcome {
    let fault = llmspell_api::Fault::new(Ending::HostFault.word(), format!("the prompt's instance was lost: {why}"));
    Outcome::begun("").end(Ending::HostFault, fault)
}

fn sum(one: &ModelUse, other: &ModelUse) -> ModelUse {
    ModelUse {
        model_calls: one.model_calls + other.model_calls,
        input_tokens: one.input_tokens.saturating_add(other.input_tokens),
        output_tokens: one.output_tokens.saturating_add(other.output_tokens),
        unmetered_calls: one.unmetered_calls + other.unmetered_calls,
        cost_nano_dollars: one.cost_nano_dollars.saturating_add(other.cost_nano_dollars),
    }
}

/// The limits of one text begin.
fn begin_entry(
    store: &mut Store<RunState>,
    limits: &Limits,
    bytes: usize,
    interrupt: CancellationToken,
) -> wasmtime::Result<()> {
    store.set_fuel(limits.fuel)?;
    set_deadline(store, limits.wall_time);
    let run = &mut store.data_mut().run;
    run.begin_entry(interrupt);
    run.count_bytes(bytes)?;
    Ok(())
}

/// An error ends the instance.
async fn evaluate(
    prompt: &Prompt,
    limits: &Limits,
    store: &mut Store<RunState>,
    request: &Request,
    stop: &CancellationToken,
) -> wasmtime::Result<Result<wit::Evaluated, wit::ScriptError>> {
    let call = prompt.llmspell_spell_repl().call_evaluate(store, request);
    tokio::select! {
        biased;
        () = stop.cancelled() => Err(Stop::Cancelled(CANCELLED.into()).into()),
        ended = tokio::time::timeout(limits.wall_time, call) => {
            ended.unwrap_or_else(|_| Err(Stop::Spent(Limit::WallTime).into()))
        }
    }
}

fn told(runtime: &Runtime, store: &Store<RunState>, ended: Result<wit::Evaluated, wit::ScriptError>) -> Evaluated {
    let state = store.data();
    match ended {
        Ok(wit::Evaluated::Nothing) => Evaluated::Nothing,
        Ok(wit::Evaluated::Incomplete) => Evaluated::Incomplete,
        Ok(wit::Evaluated::Value(text)) => {
            let outcome = Outcome { result: Some(Value::String(text)), ..Outcome::begun("") };
            match runtime.redacted(outcome).result {
                Some(Value::String(text)) => Evaluated::Value(text),
                _ => Evaluated::Nothing,
            }
        }
        Err(error) => {
            let (ending, fault) = script_error(error.into(), state, &HostSide::of(&state.run));
            Evaluated::Failed(Box::new(runtime.redacted(Outcome::begun("").end(ending, fault))))
        }
    }
}
