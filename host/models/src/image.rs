//! Images that go to a model.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// An image as base64 text, known to be what its media type says.
#[derive(Clone, PartialEq)]
pub struct Image {
    data: String,
    media_type: &'static str,
}

/// The most bytes of one image. Providers take 5 to 20 MiB; a request carries a third more as base64.
const IMAGE_BYTES: usize = 5 << 20;

/// What all providers with vision read, and how each kind of file begins.
const KINDS: &[(&str, &[u8])] = &[
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", b"\xff\xd8\xff"),
    ("image/gif", b"GIF8"),
    ("image/webp", b"RIFF"),
];

impl Image {
    /// The image in `data`, which is base64.
    pub fn new(data: String, media_type: &str) -> Result<Image, String> {
        let names = || KINDS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let media_type = if media_type == "image/jpg" { "image/jpeg" } else { media_type };
        let Some((media_type, start)) = KINDS.iter().find(|(name, _)| *name == media_type) else {
            return Err(format!("an image's 'media_type' must be one of {}", names()));
        };
        if data.len() / 4 * 3 > IMAGE_BYTES + 3 {
            return Err(format!("an image is over {} MiB", IMAGE_BYTES >> 20));
        }
        let bytes = STANDARD.decode(&data).map_err(|_| "an image's 'data' is not base64".to_owned())?;
        if !bytes.starts_with(start) {
            return Err(format!("an image's 'data' is not {media_type}"));
        }
        Ok(Image { data, media_type })
    }

    pub(crate) fn read(item: &Value) -> Result<Image, String> {
        let text = |key: &str| item.get(key).and_then(Value::as_str);
        match (text("data"), text("media_type")) {
            (Some(data), Some(media_type)) => Image::new(data.to_owned(), media_type),
            _ => Err("an image part needs 'data' (base64) and 'media_type'".into()),
        }
    }

    /// The image as base64 text.
    pub fn data(&self) -> &str {
        &self.data
    }

    /// "image/png", "image/jpeg", "image/gif" or "image/webp".
    pub fn media_type(&self) -> &'static str {
        self.media_type
    }
}

/// Shows the size alone: megabytes of base64 are of no use in a log.
impl std::fmt::Debug for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Image({}, {} bytes of base64)", self.media_type, self.data.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_what_it_says() {
        let png = STANDARD.encode(b"\x89PNG\r\n\x1a\nrest");
        assert_eq!(Image::new(png.clone(), "image/png").unwrap().media_type(), "image/png");
        for (data, media_type, problem) in [
            (png.clone(), "image/jpeg", "an image's 'data' is not image/jpeg"),
            ("%%%".into(), "image/png", "an image's 'data' is not base64"),
            (png, "text/html", "an image's 'media_type' must be one of image/png, image/jpeg, image/gif, image/webp"),
            ("A".repeat(8 << 20), "image/png", "an image is over 5 MiB"),
        ] {
            assert_eq!(Image::new(data, media_type).unwrap_err(), problem);
        }
    }
}
