//! JSON Schemas (2020-12) of the types.

use schemars::generate::SchemaSettings;
use schemars::transform::{ReplaceBoolSchemas, Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use crate::{AuditLine, Code, Failure, Fault, GuestInfo, JournalLine, Receipt};
use crate::{
    agent, approval, artifact, audit, budget, cli, config, event, file, hook, journal, memory, network, policy, rag,
    session, state, tool, workflow,
};

/// The schemas of all types that stand for themselves, by name: "agent.reply", "journal-line".
pub fn schemas() -> Vec<(&'static str, Schema)> {
    vec![
        ("code", written::<Code>()),
        ("failure", written::<Failure>()),
        ("fault", written::<Fault>()),
        ("guest-info", written::<GuestInfo>()),
        ("journal-line", written::<JournalLine>()),
        ("audit-line", written::<AuditLine>()),
        ("receipt", written::<Receipt>()),
        ("agent.reply", written::<agent::Reply>()),
        ("agent.chunk", written::<agent::Chunk>()),
        ("agent.embeddings", written::<agent::Embeddings>()),
        ("agent.ranking", written::<agent::Ranking>()),
        ("agent.providers", written::<Vec<agent::Provider>>()),
        ("agent.status", written::<agent::Status>()),
        ("agent.description", written::<agent::Description>()),
        ("agent.history", written::<Vec<agent::Message>>()),
        ("agent.started-event", written::<agent::StartedEvent>()),
        ("agent.completed-event", written::<agent::CompletedEvent>()),
        ("agent.redirected-event", written::<agent::RedirectedEvent>()),
        ("agent.failed-event", written::<agent::FailedEvent>()),
        ("agent.spent", written::<agent::Spent>()),
        ("agent.invalid-output", written::<agent::InvalidOutput>()),
        ("agent.settings", read::<agent::Settings>()),
        ("agent.work-options", read::<agent::GenerationOptions>()),
        ("agent.count-request", read::<agent::CountRequest>()),
        ("agent.counted", written::<agent::Counted>()),
        ("agent.complete-request", read::<agent::CompleteRequest>()),
        ("agent.embed-request", read::<agent::EmbedRequest>()),
        ("agent.rerank-request", read::<agent::RerankRequest>()),
        ("agent.definition", read::<agent::Definition>()),
        ("agent.run-options", read::<agent::RunOptions>()),
        ("agent.prompt", read::<agent::Prompt>()),
        ("approval.asked-event", written::<approval::AskedEvent>()),
        ("approval.answered-event", written::<approval::AnsweredEvent>()),
        ("approval.refused", written::<approval::Refused>()),
        ("approval.barred", written::<approval::Barred>()),
        ("artifact.artifact", written::<artifact::Artifact>()),
        ("artifact.changed-event", written::<artifact::ChangedEvent>()),
        ("artifact.page", written::<artifact::Page>()),
        ("artifact.query", read::<artifact::Query>()),
        ("artifact.reference", read::<artifact::Reference>()),
        ("artifact.store-options", read::<artifact::StoreOptions>()),
        ("budget.remaining", written::<budget::Remaining>()),
        ("budget.insufficient", written::<budget::Insufficient>()),
        ("budget.unpriced", written::<budget::Unpriced>()),
        ("cli.audit-verify", written::<audit::AuditCheck>()),
        ("cli.guest-check", written::<cli::guest::GuestReport>()),
        ("cli.guest-info", written::<cli::guest::InstalledGuest>()),
        ("cli.guest-list", written::<Vec<cli::guest::InstalledGuest>>()),
        ("cli.info", written::<cli::info::Info>()),
        ("cli.policy-check", written::<Vec<cli::CheckedPolicy>>()),
        ("cli.policy-explain", written::<cli::ExplainedPolicies>()),
        ("cli.policy-suggest", written::<cli::SuggestedPolicy>()),
        ("cli.provider-check", written::<cli::CheckedProvider>()),
        ("cli.state-backup", written::<cli::state::BackedUp>()),
        ("cli.state-delete", written::<cli::state::Deleted>()),
        ("cli.state-export", written::<cli::state::Exported>()),
        ("cli.state-failed", written::<cli::state::Failed>()),
        ("cli.state-get", written::<cli::state::Got>()),
        ("cli.state-import", written::<cli::state::Imported>()),
        ("cli.state-list-backups", written::<cli::state::Backups>()),
        ("cli.state-list-keys", written::<cli::state::Keys>()),
        ("cli.state-list-scopes", written::<cli::state::Scopes>()),
        ("cli.state-list-tenants", written::<cli::state::Tenants>()),
        ("cli.state-rebuild", written::<cli::state::Rebuilt>()),
        ("cli.state-restore", written::<cli::state::Backup>()),
        ("cli.state-set", written::<state::Changed>()),
        ("cli.state-verify", written::<cli::state::Verified>()),
        ("cli.tool-info", written::<cli::HostTool>()),
        ("cli.tool-list", written::<Vec<cli::HostTool>>()),
        ("cli.workflow-asked", written::<workflow::AskedRun>()),
        ("cli.workflow-show", written::<workflow::RecordedRun>()),
        ("cli.workflow-list", written::<workflow::RecordedRuns>()),
        ("cli.validate", written::<Vec<cli::Validated>>()),
        ("config.view", written::<config::View>()),
        ("event.event", written::<event::Event>()),
        ("event.subscription", written::<event::Subscription>()),
        ("event.stats", written::<event::Stats>()),
        ("event.handler-error-event", written::<event::HandlerErrorEvent>()),
        ("event.left-out", written::<event::LeftOut>()),
        ("event.draft", read::<event::Draft>()),
        ("event.subscribe-options", read::<event::SubscribeOptions>()),
        ("event.record-options", read::<event::RecordOptions>()),
        ("event.replay-options", read::<event::ReplayOptions>()),
        ("hook.hook", written::<hook::Hook>()),
        ("hook.execution", written::<hook::Execution>()),
        ("hook.context", written::<hook::Context>()),
        ("hook.error-event", written::<hook::ErrorEvent>()),
        ("hook.failed", written::<hook::Failed>()),
        ("hook.agent-before-execution", written::<hook::agent::BeforeExecution>()),
        ("hook.agent-before-execution-context", written::<hook::agent::BeforeExecutionContext>()),
        ("hook.agent-after-execution-context", written::<hook::agent::AfterExecutionContext>()),
        ("hook.agent-error-context", written::<hook::agent::ErrorContext>()),
        ("hook.event-emitted", written::<hook::event::Emitted>()),
        ("hook.event-after-emit-context", written::<hook::event::AfterEmitContext>()),
        ("hook.model-before-call", written::<hook::model::BeforeCall>()),
        ("hook.model-before-call-context", written::<hook::model::BeforeCallContext>()),
        ("hook.model-after-call", written::<hook::model::AfterCall>()),
        ("hook.model-after-call-context", written::<hook::model::AfterCallContext>()),
        ("hook.model-error-context", written::<hook::model::ErrorContext>()),
        ("hook.state-before-read", written::<hook::state::BeforeRead>()),
        ("hook.state-after-read-context", written::<hook::state::AfterReadContext>()),
        ("hook.state-before-write-context", written::<hook::state::WriteContext>()),
        ("hook.state-after-write-context", written::<hook::state::AfterWriteContext>()),
        ("hook.state-conflict-context", written::<hook::state::ConflictContext>()),
        ("hook.state-migration-context", written::<hook::state::MigrationContext>()),
        ("hook.tool-after-execution-context", written::<hook::tool::AfterExecutionContext>()),
        ("hook.tool-error-context", written::<hook::tool::ErrorContext>()),
        ("hook.tool-validation-context", written::<hook::tool::ValidationContext>()),
        ("hook.workflow-before-start-context", written::<hook::workflow::StartContext>()),
        ("hook.workflow-before-step-context", written::<hook::workflow::BeforeStepContext>()),
        ("hook.workflow-after-step-context", written::<hook::workflow::AfterStepContext>()),
        ("hook.workflow-stage-transition-context", written::<hook::workflow::TransitionContext>()),
        ("hook.workflow-checkpoint-context", written::<hook::workflow::CheckpointContext>()),
        ("hook.workflow-error-context", written::<hook::workflow::ErrorContext>()),
        ("hook.workflow-after-complete-context", written::<hook::workflow::CompleteContext>()),
        ("hook.answer", read::<hook::Answer>()),
        ("hook.register-options", read::<hook::RegisterOptions>()),
        ("hook.filter", read::<hook::Filter>()),
        ("journal.agent-create-outcome", written::<journal::AgentCreateOutcome>()),
        ("journal.agent-init-args", written::<journal::AgentInitArgs>()),
        ("journal.agent-run-args", written::<journal::AgentRunArgs>()),
        ("journal.event-emit-args", written::<journal::ReplayedEventArgs>()),
        ("journal.hook-fire-args", written::<journal::HookFireArgs>()),
        ("journal.hook-register-outcome", written::<journal::HookRegisterOutcome>()),
        ("journal.model-call-args", written::<journal::ModelCallArgs>()),
        ("journal.model-call-outcome", written::<journal::ModelCallOutcome>()),
        ("journal.module-load-outcome", written::<journal::ModuleLoadOutcome>()),
        ("journal.module-read-outcome", written::<journal::ModuleReadOutcome>()),
        ("journal.operation-answer-arg", written::<journal::FunctionAnswer>()),
        ("journal.operation-step-outcome", written::<journal::StepOutcome>()),
        ("journal.started-outcome", written::<journal::StartedOutcome>()),
        ("journal.state-get-outcome", written::<journal::StateEntry>()),
        ("journal.state-list-outcome", written::<journal::StateListOutcome>()),
        ("journal.state-read-args", written::<hook::state::BeforeRead>()),
        ("journal.state-write-args", written::<Vec<journal::StateWriteArg>>()),
        ("journal.state-write-outcome", written::<journal::StateWriteOutcome>()),
        ("journal.tool-call-args", written::<journal::ToolCallArgs>()),
        ("journal.workflow-create-outcome", written::<journal::WorkflowCreateOutcome>()),
        ("journal.workflow-step-args", written::<journal::WorkflowStepArgs>()),
        ("policy.denial", written::<policy::Denial>()),
        ("network.request", read::<network::Request>()),
        ("network.response", written::<network::Response>()),
        ("memory.entry", written::<memory::Entry>()),
        ("memory.new-entry", read::<memory::NewEntry>()),
        ("memory.query", read::<memory::Query>()),
        ("memory.recalled", written::<memory::Recalled>()),
        ("session.changed-event", written::<session::ChangedEvent>()),
        ("session.options", read::<session::Options>()),
        ("session.page", written::<session::Page>()),
        ("session.query", read::<session::Query>()),
        ("session.session", written::<session::Session>()),
        ("file.metadata", written::<file::Metadata>()),
        ("file.listing", written::<file::Listing>()),
        ("rag.collection", written::<rag::Collection>()),
        ("rag.deleted", written::<rag::Deleted>()),
        ("rag.found", written::<rag::Found>()),
        ("rag.ingested", written::<rag::Ingested>()),
        ("rag.progress", written::<rag::Progress>()),
        ("rag.removed", written::<rag::Removed>()),
        ("rag.documents", read::<Vec<rag::Document>>()),
        ("rag.search-options", read::<rag::SearchOptions>()),
        ("rag.settings", read::<rag::Settings>()),
        ("rag.which", read::<rag::Which>()),
        ("journal.rag-knowledge-args", written::<rag::KnowledgeArgs>()),
        ("journal.rag-embed-args", written::<rag::EmbedArgs>()),
        ("state.found", written::<state::Found>()),
        ("state.changed", written::<state::Changed>()),
        ("state.incremented", written::<state::Incremented>()),
        ("state.committed", written::<state::Committed>()),
        ("state.usage", written::<state::Usage>()),
        ("state.backup", written::<state::Backup>()),
        ("state.backup-check", written::<state::BackupCheck>()),
        ("state.schema-version", written::<state::SchemaVersion>()),
        ("state.migrated", written::<state::Migrated>()),
        ("state.changed-event", written::<state::ChangedEvent>()),
        ("state.conflict", written::<state::Conflict>()),
        ("state.migrated-event", written::<state::MigratedEvent>()),
        ("state.migration-skipped", written::<state::MigrationSkipped>()),
        ("state.restored-event", written::<state::RestoredEvent>()),
        ("state.put-options", read::<state::PutOptions>()),
        ("state.delete-options", read::<state::DeleteOptions>()),
        ("state.increment-options", read::<state::IncrementOptions>()),
        ("state.change", read::<state::Change>()),
        ("state.list-options", read::<state::ListOptions>()),
        ("state.migration-plan", read::<state::MigrationPlan>()),
        ("tool.tool", written::<tool::Tool>()),
        ("tool.started-event", written::<tool::StartedEvent>()),
        ("tool.completed-event", written::<tool::CompletedEvent>()),
        ("tool.failed-event", written::<tool::FailedEvent>()),
        ("tool.skipped", written::<tool::Skipped>()),
        ("tool.definition", read::<tool::Definition>()),
        ("tool.filter", read::<tool::Filter>()),
        ("workflow.outcome", written::<workflow::Outcome>()),
        ("workflow.step-outcome", written::<workflow::StepOutcome>()),
        ("workflow.context", written::<workflow::Context>()),
        ("workflow.validation", written::<workflow::Validation>()),
        ("workflow.max-iterations", written::<workflow::MaxIterations>()),
        ("workflow.started-event", written::<workflow::StartedEvent>()),
        ("workflow.completed-event", written::<workflow::CompletedEvent>()),
        ("workflow.failed-event", written::<workflow::FailedEvent>()),
        ("workflow.step-completed-event", written::<workflow::StepCompletedEvent>()),
        ("workflow.step-failed-event", written::<workflow::StepFailedEvent>()),
        ("workflow.execute-options", read::<workflow::ExecuteOptions>()),
        ("workflow.definition", read::<workflow::Definition>()),
    ]
}

/// Of what the host writes: what it leaves out when there is nothing to say is not required, and never null.
fn written<T: JsonSchema>() -> Schema {
    schema::<T>(SchemaSettings::draft2020_12().for_serialize().with_transform(NeverNull))
}

/// Of what the host reads.
fn read<T: JsonSchema>() -> Schema {
    schema::<T>(SchemaSettings::draft2020_12().for_deserialize())
}

/// "Any value" is derived as `true`, which some readers of schemas refuse where they expect an object: it becomes `{}`.
fn schema<T: JsonSchema>(settings: SchemaSettings) -> Schema {
    let mut booleans = ReplaceBoolSchemas::default();
    booleans.skip_additional_properties = true;
    settings.with_transform(booleans).into_generator().into_root_schema_for::<T>()
}

/// Takes "null" from fields that are left out instead.
#[derive(Debug, Clone)]
struct NeverNull;

impl Transform for NeverNull {
    fn transform(&mut self, schema: &mut Schema) {
        let required = schema.get("required").cloned().unwrap_or_default();
        let is_required = |name: &str| required.as_array().is_some_and(|names| names.contains(&json!(name)));
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            properties.iter_mut().filter(|(name, _)| !is_required(name)).for_each(|(_, property)| never_null(property));
        }
        transform_subschemas(self, schema);
    }
}

fn never_null(property: &mut Value) {
    let Some(property) = property.as_object_mut() else { return };
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            property.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(any)) = property.get_mut("anyOf") {
        any.retain(|one| *one != json!({ "type": "null" }));
        if let [only] = any.as_slice() {
            let only = only.clone();
            property.shift_remove("anyOf");
            property.extend(only.as_object().cloned().unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where `true` or `false` stands for a schema, which not every reader takes.
    fn booleans(at: &str, schema: &Value, found: &mut Vec<String>) {
        match schema {
            Value::Object(map) => {
                for (key, value) in map {
                    let at = format!("{at}/{key}");
                    match value {
                        Value::Bool(_) if !["additionalProperties", "default", "const"].contains(&key.as_str()) => {
                            found.push(at);
                        }
                        other => booleans(&at, other, found),
                    }
                }
            }
            Value::Array(list) => list.iter().for_each(|one| booleans(at, one, found)),
            _ => {}
        }
    }

    #[test]
    fn no_schema_is_a_boolean() {
        let mut found = Vec::new();
        for (name, schema) in schemas() {
            booleans(name, schema.as_value(), &mut found);
        }
        assert!(found.is_empty(), "{found:#?}");
    }

    #[test]
    fn what_is_left_out_is_never_null() {
        let reply = schemas().into_iter().find(|(name, _)| *name == "agent.reply").map(|(_, schema)| schema.to_value());
        let reply = reply.unwrap_or_default();
        assert_eq!(reply.pointer("/properties/reasoning/type"), Some(&json!("string")));
        let required = reply.pointer("/required").and_then(Value::as_array).cloned().unwrap_or_default();
        assert!(required.contains(&json!("usage")) && !required.contains(&json!("reasoning")), "{required:?}");
    }
}
