//! How a guest's import gets from the engine to a capability: one typed call through the gate.

use std::future::Future;
use std::marker::PhantomData;

use llmspell_api::journal::StartedOutcome;
use llmspell_base::Failure;
use llmspell_policy::Permission;
use serde_json::{Value, json};
use wasmtime::component::{HasData, Resource};

use crate::approval::{Decided, Question};
use crate::args::{Arg, Args, BODY};
use crate::context::CallContext;
use crate::gate::{AdmittedCall, Recordable, Request};
use crate::operation::{self, Channel, Operation, OperationSlots};
use crate::run::Run;

/// One capability's imports at work: its own state, and the run that they work for.
pub struct Import<'a, C> {
    /// The capability's own state in this run.
    pub own: &'a mut C,
    /// The run that the imports work for.
    pub run: &'a mut Run,
}

/// For the generated `add_to_linker` functions: that the imports of an instance `C` get an `Import<C>`.
pub struct ImportData<C>(PhantomData<C>);

impl<C: 'static> HasData for ImportData<C> {
    type Data<'a> = Import<'a, C>;
}

/// A call of an import, before it is admitted.
#[must_use = "nothing is done before it is answered or started"]
pub struct ImportCall<'i, 'b, 'a, C> {
    import: &'i mut Import<'b, C>,
    name: &'static str,
    args: Args<'a>,
    permission: Permission<'a>,
    parent_call: Option<u64>,
    charges_json: bool,
}

impl<'b, C> Import<'b, C> {
    /// A call on its way to the gate; `name` is "interface.function".
    pub fn call<'i, 'a>(&'i mut self, name: &'static str) -> ImportCall<'i, 'b, 'a, C> {
        let (args, permission) = (Args::default(), Permission::NOTHING);
        ImportCall { import: self, name, args, permission, parent_call: None, charges_json: false }
    }

    /// Counts and records the answer of an admitted call, and hands it on.
    pub fn settle<T: Recordable>(
        &mut self,
        admitted: AdmittedCall,
        answer: Result<T, Failure>,
    ) -> wasmtime::Result<Result<T, Failure>> {
        Ok(self.run.shared.gate().settle(admitted, answer)?)
    }
}

impl<'b, 'a, C> ImportCall<'_, 'b, 'a, C> {
    /// Adds a text argument.
    pub fn text(self, name: &'static str, text: &'a str) -> Self {
        self.arg(name, Arg::Text(Some(text)))
    }

    /// Adds a text argument, or null.
    pub fn optional_text(self, name: &'static str, text: Option<&'a str>) -> Self {
        self.arg(name, Arg::Text(text))
    }

    /// A JSON text: a value in the record.
    pub fn json(self, name: &'static str, json: &'a str) -> Self {
        self.arg(name, Arg::Json(json))
    }

    /// A JSON text that holds all arguments: it is the record.
    pub fn body(self, json: &'a str) -> Self {
        self.arg(BODY, Arg::Json(json))
    }

    /// Adds a number of eight bytes.
    pub fn number(self, name: &'static str, number: u64) -> Self {
        self.arg(name, Arg::Number(number))
    }

    /// Adds a number of eight bytes, or null.
    pub fn optional_number(self, name: &'static str, number: Option<u64>) -> Self {
        self.arg(name, Arg::OptionalNumber(number))
    }

    /// Adds a boolean.
    pub fn flag(self, name: &'static str, flag: bool) -> Self {
        self.arg(name, Arg::Flag(flag))
    }

    /// The import that makes the call.
    pub fn import(&self) -> &Import<'b, C> {
        self.import
    }

    /// The call of the spell's functions that the guest does this for, if any.
    pub fn parent_call(&self) -> Option<u64> {
        self.parent_call
    }

    /// Any other argument.
    pub fn arg(mut self, name: &'static str, arg: Arg<'a>) -> Self {
        self.args.push(name, arg);
        self
    }

    /// What it has to be granted.
    pub fn needs(self, permission: Permission<'a>) -> Self {
        ImportCall { permission, ..self }
    }

    /// The call of the spell's functions that the guest does this for, if any.
    pub fn parent(self, parent_call: Option<u64>) -> Self {
        ImportCall { parent_call, ..self }
    }

    /// Its JSON arguments stay in the host, parsed, while its work goes on: they take their part of the run's memory.
    pub fn charge_json_memory(self) -> Self {
        ImportCall { charges_json: true, ..self }
    }

    /// Answers at once. What needs a person's yes can't: it is refused.
    pub fn answer<T: Recordable>(
        self,
        service: impl FnOnce(&mut Import<'b, C>) -> Result<T, Failure>,
    ) -> wasmtime::Result<Result<T, Failure>> {
        let admitted = match admit_at_once(self.import, self.name, &self.args, &self.permission)? {
            Ok(admitted) => admitted,
            Err(denied) => return Ok(Err(denied)),
        };
        let answer = service(self.import);
        Ok(self.import.run.shared.gate().settle(admitted, answer)?)
    }

    /// Answers when the work does; the guest waits, also for a person's yes where a policy wants one.
    pub async fn answer_when<T: Recordable>(
        self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> wasmtime::Result<Result<T, Failure>> {
        let approval = match self.question() {
            Ok(None) => None,
            Ok(Some(question)) => Some(self.import.run.contexts(self.parent_call)().question(question).await),
            Err(failure) => return Ok(Err(failure)),
        };
        let admitted = match admit(self.import, self.name, &self.args, &self.permission, approval)? {
            Ok(admitted) => admitted,
            Err(denied) => return Ok(Err(denied)),
        };
        let answer = work.await;
        Ok(self.import.run.shared.gate().settle(admitted, answer)?)
    }

    /// Passes the gate, for work that needs the import itself: what comes of it goes to [`Import::settle`].
    pub fn admit(self) -> wasmtime::Result<Result<AdmittedCall, Failure>> {
        admit_at_once(self.import, self.name, &self.args, &self.permission)
    }

    /// What somebody has to say yes to before the call is made.
    fn question(&self) -> Result<Option<Question>, Failure> {
        let run = &self.import.run;
        let Some(because) = run.shared.gate().needs_approval(self.name, &self.permission, None) else {
            return Ok(None);
        };
        // Parsed for the purpose: what has too many parts is refused here as it would be later.
        self.args.json_texts().try_for_each(|json| run.check_json(json))?;
        let _held = (run.hold(self.args.json_texts())?, run.memory().take(self.args.bytes())?);
        let whole = self.args.whole();
        Ok(Some(Question::new(self.name, &self.permission, whole, None, because, run.tenant())))
    }

    /// Starts work as an operation; what keeps it from starting is its first step.
    ///
    /// `work` only makes the future. Where a policy wants a person's yes, that is asked for before the future is polled.
    pub fn start<Work>(
        self,
        work: impl FnOnce(&mut Import<'b, C>, CallContext) -> Result<Work, Failure>,
    ) -> wasmtime::Result<Resource<Operation>>
    where
        Work: Future<Output = operation::Result> + Send + 'static,
    {
        let number = self.import.run.number_operation();
        let span = tracing::debug_span!("operation", call = self.name, number);
        let question = self.question();
        let started = match admit(self.import, self.name, &self.args, &self.permission, None)? {
            Err(denied) => Err(denied),
            Ok(admitted) => {
                let kept = self.charges_json.then_some(&self.args);
                let started =
                    question.and_then(|question| prepare(self.import, number, self.parent_call, kept, question, work));
                self.import.run.shared.gate().settle(admitted, started)?
            }
        };
        let operation = match started {
            Ok(Started { slots, channel, work, .. }) => {
                Operation::start(number, slots, channel, span, work).outlasting(self.name == SUBSCRIPTIONS)
            }
            Err(failure) => Operation::ready(number, failure),
        };
        Ok(self.import.run.table.push(operation)?)
    }
}

/// The call by which a spell hears of events.
const SUBSCRIPTIONS: &str = "event.inbox";

fn admit<C>(
    import: &mut Import<'_, C>,
    name: &'static str,
    args: &Args<'_>,
    permission: &Permission<'_>,
    approval: Option<(Decided, Question)>,
) -> wasmtime::Result<Result<AdmittedCall, Failure>> {
    let arguments = || args.record();
    let request =
        Request { name, permission, bytes: args.bytes(), operation: None, approval, begins_late: false, arguments };
    Ok(import.run.shared.gate().admit(request)?)
}

/// For calls that can't wait. One that needs a person's yes says by [`Permission::to_look`] that it is only about what it names, or it
/// is refused: so none of them is forgotten.
fn admit_at_once<C>(
    import: &mut Import<'_, C>,
    name: &'static str,
    args: &Args<'_>,
    permission: &Permission<'_>,
) -> wasmtime::Result<Result<AdmittedCall, Failure>> {
    if let Some(because) = import.run.shared.gate().needs_approval(name, permission, None) {
        let message = format!("{name} needs a yes ({because}), and can't wait for one");
        return Ok(Err(Failure::denied(message)));
    }
    admit(import, name, args, permission, None)
}

/// Boxes the work at once: moved by value through the kernel and the executor, a large future would take a page of the
/// guest's stack more in each function on its way.
fn prepare<'b, C, Work: Future<Output = operation::Result> + Send + 'static>(
    import: &mut Import<'b, C>,
    number: u64,
    parent_call: Option<u64>,
    kept: Option<&Args<'_>>,
    question: Option<Question>,
    work: impl FnOnce(&mut Import<'b, C>, CallContext) -> Result<Work, Failure>,
) -> Result<Started, Failure> {
    let run = &import.run;
    run.check_nesting(run.depth(parent_call))?;
    let (at_work, open) = (Some(run.take_operation_slot()?), Some(run.open_slot()?));
    let arguments = Some(run.hold(kept.into_iter().flat_map(Args::json_texts))?);
    let slots = OperationSlots { at_work, open, arguments };
    let (context, channel) = run.context(number, parent_call);
    let asking = context.clone();
    let work = work(import, context)?;
    let work: operation::Work = match question {
        None => Box::pin(work),
        Some(question) => {
            let held = asking.memory().hold(&question.arguments)?;
            Box::pin(async move {
                let (decided, question) = asking.question(question).await;
                asking.approved(&decided, &question)?;
                drop((held, question));
                work.await
            })
        }
    };
    Ok(Started { number, slots, channel, work })
}

struct Started {
    number: u64,
    slots: OperationSlots,
    channel: Channel,
    work: operation::Work,
}

impl Recordable for Started {
    fn bytes(&self) -> usize {
        4
    }
    fn record(&self) -> Value {
        json!(StartedOutcome { operation: self.number })
    }
}
