//! What an agent is asked: a text, or a text with images.

use serde_json::Value;

use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_kernel::Result;
use llmspell_models::{Image, Part};

/// The most images of one prompt.
const MOST_IMAGES: usize = 16;

/// Reads a prompt from its JSON text.
pub fn read(json: &str) -> Result<Vec<Part>> {
    let invalid = |what: String| Failure::invalid(format!("the prompt: {what}"));
    let mut fields = match serde_json::from_str(json) {
        Ok(Value::String(text)) => return Ok(vec![Part::Text(text)]),
        Ok(value @ Value::Object(_)) => Fields::of("the prompt", value)?,
        Ok(_) => return Err(invalid("it must be a text, or an object with text and images".into())),
        Err(error) => return Err(invalid(format!("it is not valid JSON: {error}"))),
    };
    let mut parts = Vec::new();
    parts.extend(fields.text("text")?.filter(|text| !text.is_empty()).map(Part::Text));
    match fields.take("images") {
        None => {}
        Some(Value::Array(list)) if list.len() <= MOST_IMAGES => {
            for (index, item) in list.into_iter().enumerate() {
                let place = |what: String| invalid(format!("image {}: {what}", index + 1));
                parts.push(Part::Image(image(item).map_err(|failure| place(failure.message))?));
            }
        }
        Some(other) => return Err(fields.wrong("images", &format!("a list of at most {MOST_IMAGES}"), &other)),
    }
    fields.end()?;
    if parts.is_empty() {
        return Err(invalid("there is neither a text nor an image".into()));
    }
    Ok(parts)
}

fn image(item: Value) -> Result<Image> {
    let mut fields = Fields::of("an image", item)?;
    for (name, why) in [
        ("path", "a file can't be read here yet: read it with a tool, and give its bytes as `data`"),
        ("url", "the host fetches nothing on a spell's word: give the bytes as `data`"),
    ] {
        if fields.take(name).is_some() {
            return Err(Failure::invalid(format!("'{name}': {why}")));
        }
    }
    let (data, media_type) = (fields.text("data")?, fields.text("media_type")?);
    fields.end()?;
    let (Some(data), Some(media_type)) = (data, media_type) else {
        return Err(Failure::invalid("it needs `data` (base64) and `media_type`"));
    };
    Image::new(data, &media_type).map_err(Failure::invalid)
}

/// Its text parts, joined.
pub fn text(parts: &[Part]) -> String {
    let texts = parts.iter().filter_map(|part| match part {
        Part::Text(text) => Some(text.as_str()),
        Part::Image(_) => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

/// The same with another text.
pub fn with_text(parts: Vec<Part>, text: String) -> Vec<Part> {
    let images = parts.into_iter().filter(|part| matches!(part, Part::Image(_)));
    Some(text).filter(|text| !text.is_empty()).map(Part::Text).into_iter().chain(images).collect()
}
