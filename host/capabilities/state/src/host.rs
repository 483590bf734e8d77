use std::future::Future;

use serde_json::{Value, json};
use wasmtime::component::Resource;

use crate::bindings::llmspell::spell::state::{Answer, Entry, Found, Host, Page};
use crate::bindings::llmspell::spell::types::Failure;
use llmspell_base::failure;
use llmspell_kernel::gate::{self, Call, Need};
use crate::runtime::spell_state::{Context, SpellState};
use llmspell_kernel::operation::{self, Operation};
use llmspell_state::{self, Access, Around, Change, Committed, Plan, Problem, request};

/// What a call came to: JSON text, or work.
type Answered = wasmtime::Result<Result<Answer, Failure>>;
type Listed<T = String> = wasmtime::Result<Result<T, Failure>>;

impl Host for SpellState {
    async fn get(
        &mut self,
        scope: String,
        key: String,
        within: Option<u64>,
    ) -> wasmtime::Result<Result<Found, Failure>> {
        let named = request::names(&scope, &key);
        let call = scoped("state.get", &scope, scope.len() + key.len(), || json!({ "scope": scope, "key": key }));
        if named.is_ok() && self.services.state.asks_on_read(&scope) {
            let operation = self.start(call, within, |services, context| {
                let (state, scope, key) = (services.state.clone(), scope.clone(), key.clone());
                Ok(state.read(scope, key, around(context)))
            })?;
            return Ok(Ok(Found::Waiting(operation)));
        }
        let (state, most) = (self.services.state.clone(), self.gate.reply_bytes());
        let look = async || -> Result<Option<Entry>, Problem> {
            let found = state.get(&scope, &key, most).await?;
            Ok(found.map(|state::Entry { value, version, expires_at }| Entry {
                key: key.clone(),
                value: Some(value),
                version,
                expires_at,
            }))
        };
        let found = self.store(call, named.map(|()| look())).await?;
        Ok(found.map(Found::Done).map_err(Into::into))
    }

    async fn put(
        &mut self,
        scope: String,
        key: String,
        value: String,
        options: String,
        within: Option<u64>,
    ) -> Answered {
        let read = self.gate.value(&value).and_then(|()| self.gate.value(&options));
        let read = read.and_then(|()| request::put(&scope, &key, &value, &options));
        let bytes = scope.len() + key.len() + value.len() + options.len();
        let arguments = || json!({ "scope": scope, "key": key, "value": parse(&value), "options": parse(&options) });
        self.change(scoped("state.put", &scope, bytes, arguments), read.map(one), within, show_one).await
    }

    async fn delete(&mut self, scope: String, key: String, options: String, within: Option<u64>) -> Answered {
        let read = self.gate.value(&options).and_then(|()| request::delete(&scope, &key, &options));
        let bytes = scope.len() + key.len() + options.len();
        let arguments = || json!({ "scope": scope, "key": key, "options": parse(&options) });
        self.change(scoped("state.delete", &scope, bytes, arguments), read.map(one), within, show_one).await
    }

    async fn increment(
        &mut self,
        scope: String,
        key: String,
        by: String,
        options: String,
        within: Option<u64>,
    ) -> Answered {
        let read = self.gate.value(&by).and_then(|()| self.gate.value(&options));
        let read = read.and_then(|()| request::increment(&scope, &key, &by, &options));
        let bytes = scope.len() + key.len() + by.len() + options.len();
        let arguments = || json!({ "scope": scope, "key": key, "by": parse(&by), "options": parse(&options) });
        self.change(scoped("state.increment", &scope, bytes, arguments), read.map(one), within, show_one).await
    }

    async fn commit(&mut self, changes: String, within: Option<u64>) -> Answered {
        let read = self.gate.value(&changes).and_then(|()| request::commit(&changes));
        let scopes: Vec<String> =
            read.iter().flatten().map(|change| change.scope().unwrap_or(ALL).to_owned()).collect();
        let arguments = || json!({ "changes": parse(&changes) });
        let call = Call { name: "state.commit", need: Need::States(&scopes), bytes: changes.len(), arguments };
        self.change(call, read, within, show_all).await
    }

    async fn list(&mut self, scope: String, options: String) -> Listed<Page> {
        let read = request::check_scope(&scope).and_then(|()| self.gate.value(&options));
        let read = read.and_then(|()| request::list(&options));
        let arguments = || json!({ "scope": scope, "options": parse(&options) });
        let call = scoped("state.list", &scope, scope.len() + options.len(), arguments);
        let (state, most) = (self.services.state.clone(), self.gate.reply_bytes());
        let listed = self.store(call, read.map(|list| async { state.list(&scope, list, most).await.map(page) }));
        Ok(listed.await?.map_err(Into::into))
    }

    async fn scopes(&mut self, after: Option<String>) -> Listed {
        let checked = after.as_deref().map_or(Ok(()), request::check_scope);
        let call = plain("state.scopes", after.as_ref().map_or(0, String::len), || json!({ "after": after }));
        let (state, from) = (self.services.state.clone(), after.clone());
        let listed = self.store(call, checked.map(|()| async { state.scopes(from).await.map(Json) }));
        text(listed.await)
    }

    async fn usage(&mut self) -> Listed {
        let state = self.services.state.clone();
        let used = self.store(plain("state.usage", 0, || json!({})), Ok(async { state.usage().await.map(Json) }));
        text(used.await)
    }

    async fn migrate(&mut self, plan: String, within: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let most = self.gate.value_bytes();
        let read = self.gate.value(&plan).and_then(|()| Plan::parse(&plan, most));
        let call = plain("state.migrate", plan.len(), || json!({ "plan": parse(&plan) }));
        let text = plan.clone();
        self.toil(call, within, move |state, context| {
            let plan = read?;
            Ok(state.migrate(plan, text, around(context)))
        })
    }

    async fn schemas(&mut self) -> Listed {
        let state = self.services.state.clone();
        let listed = self.store(plain("state.schemas", 0, || json!({})), Ok(async { state.schemas().await.map(Json) }));
        text(listed.await)
    }

    async fn backup(&mut self, description: String, within: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let call = plain("state.backup", description.len(), || json!({ "description": description }));
        let text = description.clone();
        self.toil(call, within, move |state, context| {
            let work = async move { state.backup(&text).await.map_err(|problem| context.gate.store_problem(&problem)) };
            Ok(work)
        })
    }

    async fn backups(&mut self) -> Listed {
        let state = self.services.state.clone();
        let listed = self.store(plain("state.backups", 0, || json!({})), Ok(async { state.backups().await.map(Json) }));
        text(listed.await)
    }

    async fn restore(&mut self, id: String, within: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let call = plain("state.restore", id.len(), || json!({ "id": id }));
        let id = id.clone();
        self.toil(call, within, move |state, Context { spell, gate }| {
            let work = async move {
                let restored = state.restore(&id, &spell, &gate).await;
                restored.map_err(|problem| gate.store_problem(&problem))
            };
            Ok(work)
        })
    }

    async fn check_backup(&mut self, id: String, within: Option<u64>) -> wasmtime::Result<Resource<Operation>> {
        let call = plain("state.check-backup", id.len(), || json!({ "id": id }));
        let id = id.clone();
        self.toil(call, within, move |state, context| {
            let work =
                async move { state.check_backup(&id).await.map_err(|problem| context.gate.store_problem(&problem)) };
            Ok(work)
        })
    }

    async fn delete_backup(&mut self, id: String) -> wasmtime::Result<Result<bool, Failure>> {
        let call = plain("state.delete-backup", id.len(), || json!({ "id": id }));
        let state = self.services.state.clone();
        let deleted = self.store(call, Ok(async { state.delete_backup(&id).await })).await?;
        Ok(deleted.map_err(Into::into))
    }
}

impl SpellState {
    /// Through the gate, then the store, which may wait for a disk or for its owner.
    async fn store<T: gate::Answer>(
        &mut self,
        call: Call<'_, impl FnOnce() -> Value>,
        work: Result<impl Future<Output = Result<T, Problem>>, failure::Failure>,
    ) -> wasmtime::Result<Result<T, failure::Failure>> {
        let pass = match self.gate.admit(call)? {
            Ok(pass) => pass,
            Err(denied) => return Ok(Err(denied)),
        };
        let answer = match work {
            Ok(work) => work.await.map_err(|problem| self.gate.store_problem(&problem)),
            Err(failure) => Err(failure),
        };
        Ok(self.gate.settle(pass, answer)?)
    }

    /// At once, or after hooks were asked.
    async fn change(
        &mut self,
        call: Call<'_, impl FnOnce() -> Value>,
        changes: Result<Vec<Change>, failure::Failure>,
        within: Option<u64>,
        show: fn(&Committed) -> Value,
    ) -> Answered {
        let state = self.services.state.clone();
        if let Ok(asked) = &changes
            && state.asks_on_write(asked)
        {
            let asked = asked.clone();
            let operation = self.start(call, within, move |_, context| {
                Ok(async move { state.write(asked, around(context)).await.map(|committed| show(&committed)) })
            })?;
            return Ok(Ok(Answer::Waiting(operation)));
        }
        let (calls, gate) = (self.calls.clone(), self.gate.inside(0));
        let tell = move || (calls.way_within(within).0, gate.clone());
        let work = changes.map(|changes| async {
            let committed = state.commit(changes, &tell).await?;
            Ok(Json(show(&committed).to_string()))
        });
        let made = self.store(call, work).await?;
        Ok(made.map(|Json(text)| Answer::Done(text)).map_err(Into::into))
    }

    /// What can take long, as an operation.
    fn toil<Work>(
        &mut self,
        call: Call<'_, impl FnOnce() -> Value>,
        within: Option<u64>,
        work: impl FnOnce(Access, Context) -> Result<Work, failure::Failure>,
    ) -> wasmtime::Result<Resource<Operation>>
    where
        Work: Future<Output = operation::Result> + Send + 'static,
    {
        self.start(call, within, |services, context| {
            services.state.begin_long()?;
            work(services.state.clone(), context)
        })
    }
}

/// JSON text for the guest, and itself in the journal.
struct Json(String);

impl gate::Answer for Json {
    fn bytes(&self) -> usize {
        self.0.len()
    }
    fn record(&self) -> Value {
        parse(&self.0)
    }
}

fn page(page: state::Page) -> Page {
    let entry = |listed: state::Listed| {
        let state::Listed { key, value, version, expires_at } = listed;
        Entry { key, value, version, expires_at }
    };
    Page { entries: page.entries.into_iter().map(entry).collect(), next: page.next }
}

impl gate::Answer for Entry {
    fn bytes(&self) -> usize {
        self.key.len() + self.value.as_ref().map_or(0, String::len) + 16
    }
    fn record(&self) -> Value {
        let value = self.value.as_deref().map(parse);
        json!({ "key": self.key, "value": value, "version": self.version, "expires_at": self.expires_at })
    }
}

impl gate::Answer for Page {
    fn bytes(&self) -> usize {
        self.entries.iter().map(gate::Answer::bytes).sum()
    }
    fn record(&self) -> Value {
        json!({ "entries": self.entries.iter().map(gate::Answer::record).collect::<Value>(), "next": self.next })
    }
}

fn around(context: Context) -> Around {
    Around { spell: context.spell, gate: context.gate }
}

fn one(change: Change) -> Vec<Change> {
    vec![change]
}

fn show_one(committed: &Committed) -> Value {
    let (mut shown, changed) = (json!({ "version": committed.version }), committed.changed.first());
    if let (Some(shown), Some(changed)) = (shown.as_object_mut(), changed) {
        shown.insert("existed".into(), (changed.existed > 0).into());
        shown.extend(changed.value.as_deref().map(|value| ("value".into(), parse(value))));
    }
    shown
}

fn show_all(committed: &Committed) -> Value {
    let changes = committed.changed.iter().map(|changed| match &changed.value {
        Some(value) => json!({ "existed": changed.existed, "value": parse(value) }),
        None => json!({ "existed": changed.existed }),
    });
    json!({ "version": committed.version, "changes": changes.collect::<Value>() })
}

fn text(listed: wasmtime::Result<Result<Json, failure::Failure>>) -> Listed {
    Ok(listed?.map(|Json(text)| text).map_err(Into::into))
}

/// What a call has to be granted that is about everything the tenant keeps.
const ALL: &str = "*";

fn plain<Arguments>(name: &'static str, bytes: usize, arguments: Arguments) -> Call<'static, Arguments> {
    scoped(name, ALL, bytes, arguments)
}

fn scoped<'a, Arguments>(
    name: &'static str,
    scope: &'a str,
    bytes: usize,
    arguments: Arguments,
) -> Call<'a, Arguments> {
    Call { name, need: Need::State(scope), bytes, arguments }
}

/// For the journal, and of what was parsed before.
fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|_| json.into())
}
