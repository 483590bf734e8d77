//! Embeddings are put into the order of their texts before Rig reads them: it pairs them by position, whatever `index` says.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};

use super::Fault;

#[derive(Deserialize)]
struct Numbered {
    index: Option<u64>,
}

/// How many indexes a message shows.
const SHOWN: usize = 8;

/// A reply whose vectors are numbered, in the order of the numbers; `None` where nothing has to be changed.
pub fn in_order(text: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    let Ok(mut reply) = serde_json::from_slice::<BTreeMap<Cow<'_, str>, &RawValue>>(text) else { return Ok(None) };
    let data = reply.get("data").and_then(|data| serde_json::from_str::<Vec<&RawValue>>(data.get()).ok());
    let Some(data) = data else { return Ok(None) };
    let index = |item: &&RawValue| serde_json::from_str::<Numbered>(item.get()).ok()?.index;
    let indexes: Vec<Option<u64>> = data.iter().map(index).collect();
    // Servers that number nothing answer in order.
    if indexes.iter().all(Option::is_none) || indexes.iter().zip(0..).all(|(index, place)| *index == Some(place)) {
        return Ok(None);
    }
    let mut places: Vec<Option<&RawValue>> = vec![None; data.len()];
    for (item, index) in data.iter().zip(&indexes) {
        let place =
            index.and_then(|index| places.get_mut(usize::try_from(index).ok()?)).filter(|place| place.is_none());
        *place.ok_or_else(|| unpaired(&indexes))? = Some(item);
    }
    let broken = |error: serde_json::Error| Fault::Said { said: error.to_string() };
    let ordered = to_raw_value(&places).map_err(broken)?;
    reply.insert("data".into(), &ordered);
    serde_json::to_vec(&reply).map(Some).map_err(broken)
}

fn unpaired(indexes: &[Option<u64>]) -> Fault {
    let shown = indexes.iter().take(SHOWN).map(|index| index.map_or("none".to_owned(), |index| index.to_string()));
    let more = if indexes.len() > SHOWN { ", …" } else { "" };
    let shown = shown.collect::<Vec<_>>().join(", ");
    Fault::Said {
        said: format!(
            "the reply numbers its vectors {shown}{more}, so that it is not known which text each belongs to"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_come_in_the_order_of_their_indexes() {
        let ordered =
            |text: &str| in_order(text.as_bytes()).map(|text| text.map(|text| String::from_utf8(text).unwrap()));
        let swapped =
            r#"{"usage":{"total_tokens":4},"data":[{"index":1,"embedding":[0.1]},{"embedding":[1.0],"index":0}]}"#;
        let wanted =
            r#"{"data":[{"embedding":[1.0],"index":0},{"index":1,"embedding":[0.1]}],"usage":{"total_tokens":4}}"#;
        assert_eq!(ordered(swapped).unwrap().as_deref(), Some(wanted));
        for kept in [
            r#"{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[2]}]}"#,
            r#"{"data":[{"embedding":[1]},{"embedding":[2]}]}"#,
            r#"{"data":[]}"#,
            r#"{"data":7}"#,
            r#"{"embeddings":[[1],[2]]}"#,
            "no JSON",
        ] {
            assert_eq!(ordered(kept).unwrap(), None, "{kept}");
        }
        for (indexes, shown) in [(["0", "0"], "0, 0"), (["1", "2"], "1, 2"), (["0", "null"], "0, none")] {
            let text = format!(r#"{{"data":[{{"index":{}}},{{"index":{}}}]}}"#, indexes[0], indexes[1]);
            let said = ordered(&text).unwrap_err().to_string();
            assert!(said.starts_with(&format!("the reply numbers its vectors {shown}, so")), "{said}");
        }
    }
}
