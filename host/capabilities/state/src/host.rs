//! The imports of the interface `state`: each reads its arguments, passes the gate and calls `Access`.

use std::future::Future;

use llmspell_api::journal::{StateEntry, StateListOutcome};
use llmspell_api::state as api;
use llmspell_base::Failure;
use llmspell_kernel::args::parse_or_text;
use llmspell_kernel::bindings::types;
use llmspell_kernel::operation::{self, Operation};
use llmspell_kernel::{
    CallContext, Capability, Import, ImportCall, ImportData, ImportOf, Linker, Options, Recordable, Run, RunState,
};
use llmspell_policy::{Permission, Right};
use llmspell_state::{Change, Committed, Plan, Store, StoreError};
use serde_json::{Value, json};
use wasmtime::component::Resource;

use crate::access::{Access, failure};
use crate::request;
use bindings::llmspell::spell::state::{self, Answer, Entry, Found, Page};

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/state@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
        with: {
            "llmspell:spell/types": llmspell_kernel::bindings::types,
            "llmspell:spell/operation": llmspell_kernel::bindings::operation,
        },
    });
}

/// The interface `state`.
pub struct StateCapability {
    /// The store of all tenants.
    pub store: Store,
}

impl Capability for StateCapability {
    type Instance = Access;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Access>) -> wasmtime::Result<()> {
        state::add_to_linker::<_, ImportData<Access>>(linker, import)
    }

    fn prepare(&self, run: &mut Run, _: &Options) -> wasmtime::Result<Access> {
        let (store, listener) = (self.store.clone(), run.listener.clone());
        Ok(Access::new(store, run.tenant(), listener, run.hooks.clone(), run.events.clone()))
    }
}

llmspell_kernel::crossing!(record Entry { key, value, version, expires_at });
llmspell_kernel::crossing!(record Page { entries, next });
llmspell_kernel::crossing!(variant Found { Done, Waiting });
llmspell_kernel::crossing!(variant Answer { Done, Waiting });

/// What a call came to: JSON text, or work.
type Answered = wasmtime::Result<Result<Answer, types::Failure>>;
type Listed<T = String> = wasmtime::Result<Result<T, types::Failure>>;

/// What a call has to be granted that is about everything the tenant keeps.
const ALL: &str = "*";

impl state::Host for Import<'_, Access> {
    async fn get(
        &mut self,
        scope: String,
        key: String,
        parent_call: Option<u64>,
    ) -> wasmtime::Result<Result<Found, types::Failure>> {
        let named = request::names(&scope, &key);
        let (access, most) = (self.own.clone(), self.run.limits().reply_bytes);
        let contexts = self.run.contexts(parent_call);
        let call = self.call("state.get").text("scope", &scope).text("key", &key).needs(of_scope(&scope).to_read());
        if named.is_ok() && access.asks_on_read(&scope) {
            let operation = call.parent(parent_call).start(|import, cx| {
                let (access, scope, key) = (import.own.clone(), scope.clone(), key.clone());
                Ok(access.read(scope, key, cx))
            })?;
            return Ok(Ok(Found::Waiting(operation)));
        }
        let found = call.answer_when(async {
            named?;
            let found = access.get(&scope, &key, most).await.map_err(|problem| failure(&contexts(), &problem))?;
            Ok(found.map(|llmspell_state::Entry { value, version, expires_at }| Entry {
                key: key.clone(),
                value: Some(value),
                version,
                expires_at,
            }))
        });
        Ok(found.await?.map(Found::Done).map_err(Into::into))
    }

    async fn put(
        &mut self,
        scope: String,
        key: String,
        value: String,
        options: String,
        parent_call: Option<u64>,
    ) -> Answered {
        let read = self.run.check_json(&value).and_then(|()| self.run.check_json(&options));
        let read = read.and_then(|()| request::put(&scope, &key, &value, &options));
        let call = self.call("state.put").text("scope", &scope).text("key", &key).json("value", &value);
        let call = call.json("options", &options).needs(of_scope(&scope)).parent(parent_call);
        change(call, read.map(one), show_one).await
    }

    async fn delete(&mut self, scope: String, key: String, options: String, parent_call: Option<u64>) -> Answered {
        let read = self.run.check_json(&options).and_then(|()| request::delete(&scope, &key, &options));
        let call = self.call("state.delete").text("scope", &scope).text("key", &key).json("options", &options);
        change(call.needs(of_scope(&scope)).parent(parent_call), read.map(one), show_one).await
    }

    async fn increment(
        &mut self,
        scope: String,
        key: String,
        by: String,
        options: String,
        parent_call: Option<u64>,
    ) -> Answered {
        let read = self.run.check_json(&by).and_then(|()| self.run.check_json(&options));
        let read = read.and_then(|()| request::increment(&scope, &key, &by, &options));
        let call = self.call("state.increment").text("scope", &scope).text("key", &key).json("by", &by);
        let call = call.json("options", &options).needs(of_scope(&scope)).parent(parent_call);
        change(call, read.map(one), show_one).await
    }

    async fn commit(&mut self, changes: String, parent_call: Option<u64>) -> Answered {
        let read = self.run.check_json(&changes).and_then(|()| request::commit(&changes));
        let scopes: Vec<String> =
            read.iter().flatten().map(|change| change.scope().unwrap_or(ALL).to_owned()).collect();
        let call = self.call("state.commit").json("changes", &changes).parent(parent_call);
        change(call.needs(Permission::all(Right::STATE, &scopes)), read, show_all).await
    }

    async fn list(&mut self, scope: String, options: String) -> Listed<Page> {
        let read = request::check_scope(&scope).and_then(|()| self.run.check_json(&options));
        let read = read.and_then(|()| request::list(&options));
        let most = self.run.limits().reply_bytes;
        let call =
            self.call("state.list").text("scope", &scope).json("options", &options).needs(of_scope(&scope).to_read());
        let listed =
            call_store(call, async |access| access.list(&scope, read?, most).await.map(page).map_err(Looked::from));
        Ok(listed.await?.map_err(Into::into))
    }

    async fn scopes(&mut self, after: Option<String>) -> Listed {
        let checked = after.as_deref().map_or(Ok(()), request::check_scope);
        let call = self.call("state.scopes").optional_text("after", after.as_deref()).needs(of_scope(ALL).to_read());
        text(
            call_store(call, async |access| {
                checked?;
                Ok(Json(access.scopes(after.clone()).await?))
            })
            .await,
        )
    }

    async fn usage(&mut self) -> Listed {
        let call = self.call("state.usage").needs(of_scope(ALL).to_read());
        text(call_store(call, async |access| Ok(Json(access.usage().await?))).await)
    }

    async fn migrate(&mut self, plan: String, parent_call: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let most = self.run.limits().value_bytes;
        let read = self.run.check_json(&plan).and_then(|()| Plan::parse(&plan, most));
        let call = self.call("state.migrate").json("plan", &plan).needs(of_scope(ALL)).parent(parent_call);
        let text = plan.clone();
        start_long(call, move |access, cx| {
            let plan = read?;
            Ok(access.migrate(plan, text, cx))
        })
    }

    async fn schemas(&mut self) -> Listed {
        let call = self.call("state.schemas").needs(of_scope(ALL).to_read());
        text(call_store(call, async |access| Ok(Json(access.schemas().await?))).await)
    }

    async fn backup(&mut self, description: String, parent_call: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let call = self.call("state.backup").text("description", &description).needs(of_scope(ALL)).parent(parent_call);
        let text = description.clone();
        start_long(call, move |access, cx| {
            Ok(async move { access.backup(&text).await.map_err(|problem| failure(&cx, &problem)) })
        })
    }

    async fn backups(&mut self) -> Listed {
        let call = self.call("state.backups").needs(of_scope(ALL).to_read());
        text(call_store(call, async |access| Ok(Json(access.backups().await?))).await)
    }

    async fn restore(&mut self, id: String, parent_call: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let call = self.call("state.restore").text("id", &id).needs(of_scope(ALL)).parent(parent_call);
        let id = id.clone();
        start_long(call, move |access, cx| {
            Ok(async move { access.restore(&id, &cx).await.map_err(|problem| failure(&cx, &problem)) })
        })
    }

    async fn check_backup(&mut self, id: String, parent_call: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let call = self.call("state.check-backup").text("id", &id).needs(of_scope(ALL).to_read()).parent(parent_call);
        let id = id.clone();
        start_long(call, move |access, cx| {
            Ok(async move { access.check_backup(&id).await.map_err(|problem| failure(&cx, &problem)) })
        })
    }

    async fn delete_backup(&mut self, id: String) -> wasmtime::Result<Result<bool, types::Failure>> {
        let call = self.call("state.delete-backup").text("id", &id).needs(of_scope(ALL));
        let deleted = call_store(call, async |access| Ok(access.delete_backup(&id).await?));
        Ok(deleted.await?.map_err(Into::into))
    }
}

fn of_scope(scope: &str) -> Permission<'_> {
    Permission::of(Right::STATE, scope)
}

/// Why a call_store at the store failed: the call was wrong, or the store has a problem.
enum Looked {
    Failure(Failure),
    Problem(StoreError),
}

impl From<Failure> for Looked {
    fn from(failure: Failure) -> Looked {
        Looked::Failure(failure)
    }
}

impl From<StoreError> for Looked {
    fn from(problem: StoreError) -> Looked {
        Looked::Problem(problem)
    }
}

/// Passes the gate, then calls the store, which may wait for a disk or for the process that has it.
async fn call_store<T: Recordable>(
    call: ImportCall<'_, '_, '_, Access>,
    work: impl AsyncFnOnce(Access) -> Result<T, Looked>,
) -> wasmtime::Result<Result<T, Failure>> {
    let (access, contexts) = (call.import().own.clone(), call.import().run.contexts(None));
    call.answer_when(async {
        work(access).await.map_err(|why| match why {
            Looked::Failure(failure) => failure,
            Looked::Problem(problem) => failure(&contexts(), &problem),
        })
    })
    .await
}

/// Commits changes: at once, or as an operation where the spell has hooks on them.
async fn change(
    call: ImportCall<'_, '_, '_, Access>,
    changes: Result<Vec<Change>, Failure>,
    show: fn(&Committed) -> Value,
) -> Answered {
    let access = call.import().own.clone();
    if let Ok(asked) = &changes
        && access.asks_on_write(asked)
    {
        let asked = asked.clone();
        let operation = call
            .start(move |_, cx| Ok(async move { access.write(asked, cx).await.map(|committed| show(&committed)) }))?;
        return Ok(Ok(Answer::Waiting(operation)));
    }
    let contexts = call.import().run.contexts(call.parent_call());
    let made = call.answer_when(async {
        let committed = access.commit(changes?, &contexts).await.map_err(|problem| failure(&contexts(), &problem))?;
        Ok(Json(show(&committed).to_string()))
    });
    Ok(made.await?.map(|Json(text)| Answer::Done(text)).map_err(Into::into))
}

/// Starts work that can take long as an operation, and counts it: a run may do so much of it and no more.
fn start_long<Work>(
    call: ImportCall<'_, '_, '_, Access>,
    work: impl FnOnce(Access, CallContext) -> Result<Work, Failure>,
) -> wasmtime::Result<Resource<Operation>>
where
    Work: Future<Output = operation::Result> + Send + 'static,
{
    call.start(|import, cx| {
        import.own.begin_long()?;
        work(import.own.clone(), cx)
    })
}

/// JSON text for the guest, and itself in the journal.
struct Json(String);

impl Recordable for Json {
    fn bytes(&self) -> usize {
        self.0.len()
    }
    fn record(&self) -> Value {
        parse_or_text(&self.0)
    }
}

fn page(page: llmspell_state::Page) -> Page {
    let entry = |listed: llmspell_state::Listed| {
        let llmspell_state::Listed { key, value, version, expires_at } = listed;
        Entry { key, value, version, expires_at }
    };
    Page { entries: page.entries.into_iter().map(entry).collect(), next: page.next }
}

fn show_entry(entry: &Entry) -> StateEntry<'_> {
    let Entry { key, value, version, expires_at } = entry;
    StateEntry { key, value: value.as_deref().map(parse_or_text), version: *version, expires_at: *expires_at }
}

impl Recordable for Entry {
    fn bytes(&self) -> usize {
        self.key.len() + self.value.as_ref().map_or(0, String::len) + 16
    }
    fn record(&self) -> Value {
        json!(show_entry(self))
    }
}

impl Recordable for Page {
    fn bytes(&self) -> usize {
        self.entries.iter().map(Recordable::bytes).sum()
    }
    fn record(&self) -> Value {
        let entries = self.entries.iter().map(show_entry).collect();
        json!(StateListOutcome { entries, next: self.next.as_deref() })
    }
}

fn one(change: Change) -> Vec<Change> {
    vec![change]
}

fn show_one(committed: &Committed) -> Value {
    let changed = committed.changed.first();
    let (version, existed) = (committed.version, changed.is_some_and(|changed| changed.existed > 0));
    match changed.and_then(|changed| changed.value.as_deref()).map(parse_or_text) {
        Some(value) => json!(api::Incremented { version, existed, value }),
        None => json!(api::Changed { version, existed }),
    }
}

fn show_all(committed: &Committed) -> Value {
    let changes = committed.changed.iter().map(|changed| api::CommittedChange {
        existed: changed.existed,
        value: changed.value.as_deref().map(parse_or_text),
    });
    json!(api::Committed { version: committed.version, changes: changes.collect() })
}

fn text(listed: wasmtime::Result<Result<Json, Failure>>) -> Listed {
    Ok(listed?.map(|Json(text)| text).map_err(Into::into))
}
