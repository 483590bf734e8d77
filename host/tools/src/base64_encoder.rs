//! `base64-encoder`: bytes as text, and back.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::standard::{Answer, Context, INPUT_AND_OPERATION, Problem, Standard, room, word};
use llmspell_base::hash::hex;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Base64Encoder {
    /// The text, or what is to be decoded.
    input: String,
    operation: Operation,
    /// Which alphabet; url_safe writes no padding.
    #[serde(default)]
    variant: Variant,
}

#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Operation {
    Encode,
    Decode,
}

#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Variant {
    #[default]
    Standard,
    UrlSafe,
}

/// Padding is written as the alphabet is used with it, and read or missed either way.
const fn read_either(padding: bool) -> GeneralPurposeConfig {
    GeneralPurposeConfig::new().with_encode_padding(padding).with_decode_padding_mode(DecodePaddingMode::Indifferent)
}

impl Standard for Base64Encoder {
    const NAME: &'static str = "base64-encoder";
    const DESCRIPTION: &'static str = "Encodes a text as Base64, or decodes it.";
    const CATEGORY: &'static str = "data";
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = INPUT_AND_OPERATION;

    fn operation(&self) -> String {
        word(self.operation)
    }

    fn run(self, _: &Context) -> Answer {
        let engine = match self.variant {
            Variant::Standard => GeneralPurpose::new(&STANDARD, read_either(true)),
            Variant::UrlSafe => GeneralPurpose::new(&URL_SAFE, read_either(false)),
        };
        let (output, binary) = match self.operation {
            Operation::Encode => {
                room(self.input.len() / 3 * 4)?;
                (engine.encode(&self.input), false)
            }
            Operation::Decode => {
                // Texts are often wrapped.
                let mut text = self.input;
                text.retain(|one| !one.is_ascii_whitespace());
                let bytes = engine
                    .decode(&text)
                    .map_err(|error| Problem::invalid(format!("'input' is no Base64 of this variant: {error}")))?;
                match String::from_utf8(bytes) {
                    Ok(text) => (text, false),
                    // Bytes that are no text, in a way that JSON can hold.
                    Err(error) => (hex(error.as_bytes()), true),
                }
            }
        };
        Ok(json!({ "output": output, "variant": word(self.variant), "binary": binary }))
    }
}
