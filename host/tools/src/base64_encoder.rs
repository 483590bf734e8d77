//! `base64-encoder`: bytes as text, and back.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::standard::{Answer, Context, INPUT_AND_OPERATION, Problem, Standard, room, word};
use crate::with_files::{WithFiles, either};
use llmspell_base::hash::hex;
use llmspell_capability_file::Contents;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Base64Encoder {
    /// The text, or what is to be decoded.
    input: Option<String>,
    /// In place of it: a file, as the spell may read it.
    input_file: Option<String>,
    /// The file that the output is written to, in place of telling it.
    output_file: Option<String>,
    #[serde(skip)]
    contents: Option<Contents>,
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
    const DESCRIPTION: &'static str = "Encodes a text or a file as Base64, or decodes it.";
    const CATEGORY: &'static str = "data";
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = INPUT_AND_OPERATION;

    fn operation(&self) -> String {
        word(self.operation)
    }

    fn run(self, _: &Context) -> Answer {
        let (bytes, binary, variant) = self.bytes()?;
        let output = match String::from_utf8(bytes) {
            Ok(text) => text,
            // Bytes that are no text, in a way that JSON can hold.
            Err(error) => hex(error.as_bytes()),
        };
        Ok(json!({ "output": output, "variant": variant, "binary": binary }))
    }
}

impl Base64Encoder {
    /// What comes of it, whether it is no text, and the variant.
    fn bytes(self) -> Result<(Vec<u8>, bool, String), Problem> {
        either("input", &self.input, "input_file", &self.input_file, "the text, or what is to be decoded")?;
        let input = match (self.contents, self.input) {
            (Some(contents), _) => contents.bytes,
            (None, input) => input.unwrap_or_default().into_bytes(),
        };
        let engine = match self.variant {
            Variant::Standard => GeneralPurpose::new(&STANDARD, read_either(true)),
            Variant::UrlSafe => GeneralPurpose::new(&URL_SAFE, read_either(false)),
        };
        let bytes = match self.operation {
            Operation::Encode => {
                room(input.len() / 3 * 4)?;
                engine.encode(&input).into_bytes()
            }
            Operation::Decode => {
                // Texts are often wrapped.
                let mut text = input;
                text.retain(|one| !one.is_ascii_whitespace());
                engine
                    .decode(&text)
                    .map_err(|error| Problem::invalid(format!("'input' is no Base64 of this variant: {error}")))?
            }
        };
        let binary = std::str::from_utf8(&bytes).is_err();
        Ok((bytes, binary, word(self.variant)))
    }
}

impl WithFiles for Base64Encoder {
    const FILES: &'static [&'static str] = &["input_file", "output_file"];

    fn reads(&self) -> Vec<String> {
        self.input_file.iter().filter(|_| self.input.is_none()).cloned().collect()
    }

    fn take(&mut self, contents: Vec<Contents>) -> Result<(), Problem> {
        self.contents = contents.into_iter().next();
        Ok(())
    }

    fn writes(&self) -> Option<String> {
        self.output_file.clone()
    }

    fn make(self) -> Result<(Vec<u8>, Value), Problem> {
        let (bytes, binary, variant) = self.bytes()?;
        Ok((bytes, json!({ "variant": variant, "binary": binary })))
    }
}
