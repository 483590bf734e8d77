//! `uuid-generator`: identifiers that nobody else has.

use llmspell_capability_tool::Chance;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::{Builder, Timestamp, Uuid, Variant, Version as Known};

use crate::standard::{Answer, Context, Problem, Standard, present, word};
use llmspell_base::hash::hex;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UuidGenerator {
    #[serde(default)]
    operation: Operation,
    /// generate: v1 of the time, v4 at random, v5 of a name, v7 of the time and sortable.
    #[serde(default)]
    version: Version,
    #[serde(default)]
    format: Format,
    /// v5, deterministic: dns, url, oid, x500, or a UUID.
    namespace: Option<String>,
    /// v5, deterministic: what the UUID is made of.
    name: Option<String>,
    /// component_id, custom: what the identifier begins with.
    prefix: Option<String>,
    /// custom: what it ends with.
    suffix: Option<String>,
    /// custom: whether it holds the time, in seconds since 1970.
    #[serde(default)]
    include_timestamp: bool,
    /// validate: the UUID, in any of the formats.
    uuid: Option<String>,
}

/// generate: a new UUID. component_id, custom: an identifier with a word before it. deterministic: always the same of a
/// name. validate: whether a text is a UUID.
#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Operation {
    #[default]
    Generate,
    ComponentId,
    Deterministic,
    Custom,
    Validate,
}

#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Version {
    V1,
    #[default]
    V4,
    V5,
    V7,
}

#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Format {
    #[default]
    Standard,
    Simple,
    Urn,
    Braced,
}

const LONGEST: usize = 256;

impl Standard for UuidGenerator {
    const NAME: &'static str = "uuid-generator";
    const DESCRIPTION: &'static str = "Makes a UUID or another identifier, or checks one.";
    const CATEGORY: &'static str = "data";
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] =
        &[("op", "operation"), ("action", "operation"), ("input", "uuid"), ("component_type", "prefix")];

    fn operation(&self) -> String {
        word(self.operation)
    }

    fn run(self, Context { chance, .. }: &Context) -> Answer {
        for (name, text) in [("prefix", &self.prefix), ("suffix", &self.suffix)] {
            if text.as_ref().is_some_and(|text| text.len() > LONGEST) {
                return Err(Problem::too_large(format!("'{name}' has more than {LONGEST} bytes")));
            }
        }
        match self.operation {
            Operation::Generate => {
                let uuid = match self.version {
                    Version::V1 => timed(chance),
                    Version::V4 => random(chance),
                    Version::V5 => self.named()?,
                    Version::V7 => sortable(chance),
                };
                Ok(json!({ "uuid": self.show(uuid), "version": word(self.version), "format": word(self.format) }))
            }
            Operation::Deterministic => {
                let uuid = self.named()?;
                Ok(json!({
                    "uuid": self.show(uuid), "version": "v5", "format": word(self.format), "namespace": self.namespace(),
                    "name": self.name,
                }))
            }
            Operation::ComponentId => {
                let prefix = self.prefix.as_deref().unwrap_or("component");
                Ok(json!({ "id": format!("{prefix}_{}", hex(&chance.bytes(8))), "component_type": prefix }))
            }
            Operation::Custom => Ok(json!({ "id": self.custom(chance) })),
            Operation::Validate => self.validate(),
        }
    }
}

impl UuidGenerator {
    fn named(&self) -> Result<Uuid, Problem> {
        let Some(name) = &self.name else { return Err(Problem::missing("name", "what the UUID is made of")) };
        let namespace = match self.namespace() {
            "dns" => Uuid::NAMESPACE_DNS,
            "url" => Uuid::NAMESPACE_URL,
            "oid" => Uuid::NAMESPACE_OID,
            "x500" => Uuid::NAMESPACE_X500,
            other => Uuid::try_parse(other)
                .map_err(|_| Problem::invalid("'namespace' must be dns, url, oid, x500 or a UUID"))?,
        };
        Ok(Uuid::new_v5(&namespace, name.as_bytes()))
    }

    fn namespace(&self) -> &str {
        self.namespace.as_deref().unwrap_or("dns")
    }

    fn custom(&self, chance: &Chance) -> String {
        let time = self.include_timestamp.then(|| (chance.clock.now() / 1_000_000_000).to_string());
        let parts = [self.prefix.clone(), time, Some(self.show(random(chance))), self.suffix.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join("-")
    }

    fn validate(self) -> Answer {
        let Some(text) = self.uuid else { return Err(Problem::missing("uuid", "the text that is checked")) };
        let Ok(uuid) = Uuid::try_parse(text.trim()) else { return Ok(json!({ "valid": false, "uuid": text })) };
        let version = uuid.get_version().map_or(Value::Null, |version| {
            let number = match version {
                Known::Nil | Known::Max => return Value::Null,
                version => version as u8,
            };
            format!("v{number}").into()
        });
        let variant = match uuid.get_variant() {
            Variant::NCS => "ncs",
            Variant::RFC4122 => "rfc4122",
            Variant::Microsoft => "microsoft",
            _ => "future",
        };
        Ok(present(
            json!({ "valid": true, "uuid": uuid.hyphenated().to_string(), "version": version, "variant": variant }),
        ))
    }

    fn show(&self, uuid: Uuid) -> String {
        match self.format {
            Format::Standard => uuid.hyphenated().to_string(),
            Format::Simple => uuid.simple().to_string(),
            Format::Urn => uuid.urn().to_string(),
            Format::Braced => uuid.braced().to_string(),
        }
    }
}

fn array<const N: usize>(chance: &Chance) -> [u8; N] {
    let mut array = [0; N];
    array.iter_mut().zip(chance.bytes(N)).for_each(|(place, byte)| *place = byte);
    array
}

fn random(chance: &Chance) -> Uuid {
    Builder::from_random_bytes(array(chance)).into_uuid()
}

/// From 1582 to 1970, in units of 100 ns.
const EPOCHS: u64 = 0x01B2_1DD2_1381_4000;

fn timed(chance: &Chance) -> Uuid {
    let [high, low] = array(chance);
    let time = Timestamp::from_gregorian_time(chance.clock.now() / 100 + EPOCHS, u16::from_be_bytes([high, low]));
    let mut node: [u8; 6] = array(chance);
    // A node that is no card of any machine: the group bit says so.
    if let Some(first) = node.first_mut() {
        *first |= 1;
    }
    Uuid::new_v1(time, &node)
}

fn sortable(chance: &Chance) -> Uuid {
    Builder::from_unix_timestamp_millis(chance.clock.now() / 1_000_000, &array(chance)).into_uuid()
}
