//! JSON Schemas (2020-12) of the types.

use schemars::generate::SchemaSettings;
use schemars::transform::{ReplaceBoolSchemas, Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use crate::{AuditLine, Code, Failure, Fault, GuestInfo, JournalLine, Receipt};
use crate::{agent, budget, config, event, hook, state, tool};

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
        ("agent.settings", read::<agent::Settings>()),
        ("agent.work-options", read::<agent::GenerationOptions>()),
        ("agent.complete-request", read::<agent::CompleteRequest>()),
        ("agent.embed-request", read::<agent::EmbedRequest>()),
        ("agent.rerank-request", read::<agent::RerankRequest>()),
        ("agent.definition", read::<agent::Definition>()),
        ("agent.run-options", read::<agent::RunOptions>()),
        ("agent.prompt", read::<agent::Prompt>()),
        ("budget.remaining", written::<budget::Remaining>()),
        ("budget.insufficient", written::<budget::Insufficient>()),
        ("config.view", written::<config::View>()),
        ("event.event", written::<event::Event>()),
        ("event.subscription", written::<event::Subscription>()),
        ("event.stats", written::<event::Stats>()),
        ("event.draft", read::<event::Draft>()),
        ("event.subscribe-options", read::<event::SubscribeOptions>()),
        ("event.record-options", read::<event::RecordOptions>()),
        ("event.replay-options", read::<event::ReplayOptions>()),
        ("hook.hook", written::<hook::Hook>()),
        ("hook.execution", written::<hook::Execution>()),
        ("hook.context", written::<hook::Context>()),
        ("hook.answer", read::<hook::Answer>()),
        ("hook.register-options", read::<hook::RegisterOptions>()),
        ("hook.filter", read::<hook::Filter>()),
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
        ("state.put-options", read::<state::PutOptions>()),
        ("state.delete-options", read::<state::DeleteOptions>()),
        ("state.increment-options", read::<state::IncrementOptions>()),
        ("state.change", read::<state::Change>()),
        ("state.list-options", read::<state::ListOptions>()),
        ("state.migration-plan", read::<state::MigrationPlan>()),
        ("tool.tool", written::<tool::Tool>()),
        ("tool.definition", read::<tool::Definition>()),
        ("tool.filter", read::<tool::Filter>()),
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
