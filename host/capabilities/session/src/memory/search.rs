//! Finds entries by time and by words.

use llmspell_api::memory::{Entry, NewEntry, Recalled};
use llmspell_state::{Backend, Item, StoreError};

use super::request::{Query, words};

/// Entries that are looked at, and read at once.
const LOOKED_AT: u64 = 2_000;
const AT_ONCE: usize = 50;
/// The role of what was consolidated, which is of all agents whose words it was.
const SUMMARY: &str = "summary";
/// Bytes of all that is given.
const MOST_BYTES: usize = 512 << 10;

/// An entry that fits, by its number, and which of the words it has.
struct Seen {
    number: u64,
    words: u64,
}

fn entry(item: &Item) -> Result<Entry, StoreError> {
    let Item { number, at, body } = item;
    let new: NewEntry = serde_json::from_str(body)
        .map_err(|_| StoreError::Invalid(format!("entry {number} of the memory is none that was put there")))?;
    let NewEntry { role, content, agent, metadata } = new;
    Ok(Entry { number: *number, at: *at, role, content, agent, metadata, score: None })
}

fn fits(entry: &Entry, query: &Query) -> bool {
    let is_of = |agent: &String| match &entry.agent {
        Some(of) => of == agent,
        None => query.with_summaries && entry.role == SUMMARY,
    };
    query.agent.as_ref().is_none_or(is_of) && query.role.as_ref().is_none_or(|role| entry.role == *role)
}

fn found_in(content: &str, wanted: &[String]) -> u64 {
    words(content).filter_map(|word| wanted.binary_search(&word).ok()).fold(0, |seen, at| seen | 1 << at)
}

/// What is asked for. Of all that is looked at, little is kept: what fits is read again.
pub async fn recall(backend: &dyn Backend, tenant: &str, stream: &str, query: &Query) -> Result<Recalled, StoreError> {
    let last = backend.head(tenant, stream).await?;
    // Numbers may be missing, so many as were forgotten: it is entries that are counted.
    let mut from = query.after.map_or(last.saturating_sub(LOOKED_AT - 1), |after| after.saturating_add(1));
    let (mut seen, mut looked_at) = (Vec::new(), 0u64);
    while looked_at < LOOKED_AT {
        let items = backend.read(tenant, stream, from, AT_ONCE).await?;
        let Some(newest) = items.last() else { break };
        from = newest.number.saturating_add(1);
        for item in &items {
            let entry = entry(item)?;
            looked_at += 1;
            if fits(&entry, query) {
                let words = query.words.as_ref().map_or(0, |words| found_in(&entry.content, words));
                seen.push(Seen { number: entry.number, words });
            }
        }
        // Others have their turn as well.
        tokio::task::yield_now().await;
    }
    let mut chosen = match &query.words {
        Some(words) => best(&seen, words.len(), looked_at),
        None => seen.iter().map(|seen| (seen.number, None)).collect(),
    };
    if query.words.is_some() || query.after.is_some() {
        chosen.truncate(query.limit);
    } else {
        chosen.drain(..chosen.len().saturating_sub(query.limit));
    }
    let (mut recalled, mut bytes) = (Recalled::default(), 0);
    for (number, score) in chosen {
        let item = backend.read(tenant, stream, number, 1).await?.pop();
        // It may have been forgotten meanwhile.
        let Some(item) = item.filter(|item| item.number == number) else { continue };
        bytes += item.body.len();
        if bytes > MOST_BYTES {
            break;
        }
        recalled.entries.push(Entry { score, ..entry(&item)? });
    }
    Ok(recalled)
}

/// The entries with some of the words, the best first: a word that few have counts more.
fn best(seen: &[Seen], words: usize, looked_at: u64) -> Vec<(u64, Option<f64>)> {
    let weights: Vec<f64> = (0..words)
        .map(|at| {
            let having = seen.iter().filter(|seen| seen.words >> at & 1 == 1).count();
            (1.0 + looked_at as f64 / (having as f64 + 1.0)).ln()
        })
        .collect();
    let score = |seen: &Seen| -> f64 {
        let has = |at: &usize| seen.words >> at & 1 == 1;
        (0..words).filter(has).filter_map(|at| weights.get(at)).sum()
    };
    let mut found: Vec<(u64, Option<f64>)> =
        seen.iter().filter(|seen| seen.words != 0).map(|seen| (seen.number, Some(score(seen)))).collect();
    found.sort_by(|one, other| {
        let better = other.1.unwrap_or_default().total_cmp(&one.1.unwrap_or_default());
        better.then(other.0.cmp(&one.0))
    });
    found
}

#[cfg(test)]
mod tests {
    use llmspell_state::{GLOBAL, Place, Settings, Store};
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn what_comes_after_many_that_were_forgotten_is_found() {
        let store = Store::new(Settings::new(Place::Memory));
        let backend = store.open(|_| ()).await.unwrap();
        let entry =
            |role: &str, agent: Option<&str>| json!({ "role": role, "content": "c", "agent": agent }).to_string();
        let add = async |bodies: Vec<String>| backend.remember("t", GLOBAL, bodies, None).await.unwrap();
        for _ in 0..25 {
            add(vec![entry("user", None); 100]).await;
        }
        while backend.trim("t", "memory:global", 2_501).await.unwrap() > 0 {}
        add(vec![entry("summary", None), entry("note", None), entry("user", Some("a")), entry("user", Some("b"))])
            .await;
        let numbers = async |query: Query| -> Vec<u64> {
            let recalled = recall(backend, "t", "memory:global", &query).await.unwrap();
            recalled.entries.iter().map(|entry| entry.number).collect()
        };
        let all = Query { agent: None, after: Some(0), ..Query::of_agent("", 10) };
        assert_eq!(numbers(all).await, [2_501, 2_502, 2_503, 2_504]);
        // What was consolidated of an agent's words is its memory still.
        assert_eq!(numbers(Query::of_agent("a", 10)).await, [2_501, 2_503]);
    }
}
