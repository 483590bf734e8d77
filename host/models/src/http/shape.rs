//! The shape of a JSON text: its objects, its texts and its whole numbers.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A JSON value, read from a text that it mostly borrows from.
#[derive(Debug)]
pub enum Shape<'a> {
    Text(Cow<'a, str>),
    /// Without its scalars: only what holds something has a place in it.
    List(Vec<Shape<'a>>),
    Fields(Vec<(Cow<'a, str>, Shape<'a>)>),
    Number(u64),
    Other,
}

impl<'a> Shape<'a> {
    /// `None`: the text is no JSON, or nested deeper than any parser goes.
    pub fn of(text: &'a [u8]) -> Option<Shape<'a>> {
        serde_json::from_slice(text).ok()
    }

    /// What stands under a path of names. Of a name that is there twice, the last counts, as it does for parsers.
    pub fn at(&self, path: &[&str]) -> Option<&Shape<'a>> {
        path.iter().try_fold(self, |shape, name| match shape {
            Shape::Fields(fields) => fields.iter().rfind(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        })
    }

    pub fn text(&self, path: &[&str]) -> Option<&str> {
        match self.at(path) {
            Some(Shape::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub fn number(&self, name: &str) -> Option<u64> {
        match self.at(&[name]) {
            Some(Shape::Number(number)) => Some(*number),
            _ => None,
        }
    }

    pub fn list(&self, path: &[&str]) -> &[Shape<'a>] {
        match self.at(path) {
            Some(Shape::List(items)) => items,
            _ => &[],
        }
    }
}

impl<'de> Deserialize<'de> for Shape<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Shape<'de>, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Shape<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Shape<'de>, E> {
        Ok(Shape::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Shape<'de>, E> {
        Ok(Shape::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Shape<'de>, E> {
        Ok(Shape::Number(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Shape<'de>, E> {
        Ok(Shape::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Shape<'de>, E> {
        Ok(Shape::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape<'de>, E> {
        Ok(Shape::Other)
    }

    fn visit_unit<E>(self) -> Result<Shape<'de>, E> {
        Ok(Shape::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Shape<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            if matches!(item, Shape::List(_) | Shape::Fields(_)) {
                items.push(item);
            }
        }
        Ok(Shape::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some((key, value)) = map.next_entry()? {
            if let Shape::Text(key) = key {
                fields.push((key, value));
            }
        }
        Ok(Shape::Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_names() {
        let text = br#"{"a": {"b\u0063": "x\n", "n": 7}, "l": [1, "t", {"i": 0}, [], null], "a2": -1, "n": 1, "n": 2}"#;
        let shape = Shape::of(text).unwrap();
        assert_eq!(shape.text(&["a", "bc"]), Some("x\n"));
        assert_eq!(shape.at(&["a"]).unwrap().number("n"), Some(7));
        assert_eq!((shape.list(&["l"]).len(), shape.list(&["a"]).len(), shape.number("n")), (2, 0, Some(2)));
        assert!(Shape::of(b"[1").is_none() && Shape::of("[".repeat(200).as_bytes()).is_none());
    }
}
