//! Adds to a checkpoint's stream: one item for all that came about meanwhile, so that it costs one wait for the disk.

use std::collections::VecDeque;

use llmspell_api::workflow::{Ask, Entry, Record, Totals};
use llmspell_state::{Backend, StoreError};

/// What has to be written.
#[derive(Default)]
pub struct Pending {
    /// As JSON.
    records: VecDeque<String>,
    pub totals: Totals,
    /// How many were handed over so far.
    pub count: u64,
}

/// The end of a stream, as far as this run knows.
pub struct Tail {
    /// The number of its last item.
    head: u64,
    /// An item of which it is not known whether it was added, and how many records are written with it.
    unsure: Option<(String, u64)>,
}

/// What came of adding to it.
pub enum Added {
    /// So many records are written in all.
    Written(u64),
    /// Nothing was to be written.
    Nothing,
    /// Somebody asks for this; it has to be tried again.
    Asked(Ask),
    /// Another run writes to it.
    Lost,
}

/// More is written in several items.
const ITEM_BYTES: usize = 8 << 20;

impl Pending {
    pub fn push(&mut self, record: &Record, totals: Totals) {
        // A record is made of strings, numbers and JSON: it has a text.
        let text = serde_json::to_string(record).unwrap_or_default();
        self.records.push_back(text);
        (self.totals, self.count) = (totals, self.count + 1);
    }

    /// The next item, and how many records are written with it.
    fn item(&mut self) -> Option<(String, u64)> {
        let mut item = format!("{{\"records\":[{}", self.records.pop_front()?);
        while let Some(next) = self.records.front()
            && item.len() + next.len() < ITEM_BYTES
        {
            item.push(',');
            item.push_str(next);
            self.records.pop_front();
        }
        let totals = serde_json::to_string(&self.totals).unwrap_or_default();
        item.push_str(&format!("],\"totals\":{totals}}}"));
        Some((item, self.count - self.records.len() as u64))
    }
}

impl Tail {
    /// Behind this item.
    pub fn behind(head: u64) -> Tail {
        Tail { head, unsure: None }
    }

    /// Adds one item. `next` is asked for what is to be written.
    pub async fn add(
        &mut self,
        backend: &dyn Backend,
        (tenant, stream): (&str, &str),
        next: impl FnOnce(fn(&mut Pending) -> Option<(String, u64)>) -> Option<(String, u64)>,
    ) -> Result<Added, StoreError> {
        if self.unsure.is_none() {
            self.unsure = next(Pending::item);
        }
        let Some((item, count)) = self.unsure.clone() else { return Ok(Added::Nothing) };
        match backend.append(tenant, stream, item.clone(), Some(self.head)).await {
            Ok(number) => {
                (self.head, self.unsure) = (number, None);
                return Ok(Added::Written(count));
            }
            Err(StoreError::Conflict { .. }) => {}
            Err(other) => return Err(other),
        }
        match self.look(backend, (tenant, stream)).await? {
            // Something is there, or there was no conflict.
            Added::Nothing => Ok(Added::Lost),
            other => Ok(other),
        }
    }

    /// What others have added meanwhile.
    pub async fn look(&mut self, backend: &dyn Backend, (tenant, stream): (&str, &str)) -> Result<Added, StoreError> {
        let Some(other) = backend.read(tenant, stream, self.head + 1, 1).await?.pop() else {
            return Ok(Added::Nothing);
        };
        if other.number != self.head + 1 {
            return Ok(Added::Lost);
        }
        if let Some((_, count)) = self.unsure.take_if(|(item, _)| *item == other.body) {
            self.head = other.number;
            return Ok(Added::Written(count));
        }
        let entry: Option<Entry> = serde_json::from_str(&other.body).ok();
        match entry.map(|entry| entry.records).as_deref() {
            Some([Record::Asked(ask)]) => {
                self.head = other.number;
                Ok(Added::Asked(*ask))
            }
            _ => Ok(Added::Lost),
        }
    }
}
