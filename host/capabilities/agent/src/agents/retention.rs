//! What an agent remembers.

use llmspell_api::agent::HistoryBounds;

use llmspell_base::fields::Fields;
use llmspell_base::host_memory::weigh_entries;
use llmspell_kernel::Result;
use llmspell_models::{History, Message, Part};

/// How much of the history an agent keeps.
#[derive(Clone, Copy, Debug)]
pub struct HistoryLimit {
    pub messages: usize,
    pub tokens: Option<u64>,
}

const DEFAULT_MESSAGES: usize = 100;
const MOST_MESSAGES: u64 = 10_000;

/// The most text that stays in the host for each agent, whatever its other limits.
const MOST_BYTES: usize = 4 << 20;

/// What a message and each of its parts take beside their text.
const MESSAGE_BYTES: usize = 400;

/// Characters of English that make a token, roughly.
const TOKEN_BYTES: usize = 4;

/// An image costs about as much at most providers, whatever its size.
const IMAGE_TOKENS: usize = 1_000;

impl Default for HistoryLimit {
    fn default() -> HistoryLimit {
        HistoryLimit { messages: DEFAULT_MESSAGES, tokens: None }
    }
}

impl HistoryLimit {
    pub fn read(fields: &mut Fields) -> Result<HistoryLimit> {
        let Some(value) = fields.take("history") else { return Ok(HistoryLimit::default()) };
        let mut fields = Fields::of("history", value)?;
        let kept = HistoryLimit {
            messages: fields.whole("messages", 0..=MOST_MESSAGES)?.map_or(DEFAULT_MESSAGES, |most| most as usize),
            tokens: fields.whole("tokens", 1..=u64::MAX)?,
        };
        fields.end()?;
        Ok(kept)
    }

    pub fn show(&self) -> HistoryBounds {
        HistoryBounds { messages: self.messages, tokens: self.tokens }
    }

    /// Drops the oldest turns until the rest is within all bounds. A turn begins with what the user says, so that no
    /// tool's result stays without its call. The size of what is left.
    pub fn trim(&self, history: &mut History) -> Size {
        history.keep_last(self.messages);
        let whole = Size::of(history);
        if self.holds(&whole) {
            return whole;
        }
        // The most messages that fit, by bisection: the spell is not charged for this, so it has to be quick.
        let (mut fits, mut too_many) = (0, history.len());
        while fits + 1 < too_many {
            let middle = fits.midpoint(too_many);
            let mut shorter = history.clone();
            shorter.keep_last(middle);
            match self.holds(&Size::of(&shorter)) {
                true => fits = middle,
                false => too_many = middle,
            }
        }
        history.keep_last(fits);
        let rest = Size::of(history);
        if self.holds(&rest) {
            return rest;
        }
        // Only instructions are left: they are not dropped bit by bit.
        *history = History::default();
        Size::default()
    }

    fn holds(&self, size: &Size) -> bool {
        let most = self.tokens.map_or(usize::MAX, |tokens| usize::try_from(tokens).unwrap_or(usize::MAX));
        size.tokens <= most && size.bytes <= MOST_BYTES
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    pub turns: usize,
    pub messages: usize,
    /// Estimated: no tokenizer of the provider's is at hand.
    pub tokens: usize,
    bytes: usize,
    /// Of the host's memory.
    pub weight: usize,
}

impl Size {
    pub fn of(history: &History) -> Size {
        let mut size = Size::default();
        for message in history.messages() {
            size.messages += 1;
            size.turns += usize::from(message.role == llmspell_models::Role::User);
            let (tokens, bytes) = cost(&message);
            size.tokens += tokens;
            size.bytes += bytes;
            let arguments = message.tool_calls.iter().map(|call| weigh_entries(&call.arguments)).sum::<usize>();
            size.weight += MESSAGE_BYTES * (1 + message.content.len() + message.tool_calls.len()) + bytes + arguments;
        }
        size
    }
}

fn cost(message: &Message) -> (usize, usize) {
    let (mut tokens, mut bytes) = (0, 0);
    for part in &message.content {
        match part {
            Part::Text(text) => {
                tokens += text.len().div_ceil(TOKEN_BYTES);
                bytes += text.len();
            }
            Part::Image(image) => {
                tokens += IMAGE_TOKENS;
                bytes += image.data().len();
            }
        }
    }
    for call in &message.tool_calls {
        let length = call.name.len() + serde_json::to_string(&call.arguments).map_or(0, |text| text.len());
        tokens += length.div_ceil(TOKEN_BYTES);
        bytes += length;
    }
    (tokens, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn conversation(turns: usize) -> History {
        let turn = |n: usize| {
            vec![
                json!({"role": "user", "content": format!("question {n}")}),
                json!({"role": "assistant", "content": "", "tool_calls": [{"id": "c", "name": "add", "arguments": {}}]}),
                json!({"role": "tool", "tool_call_id": "c", "content": "3"}),
                json!({"role": "assistant", "content": format!("answer {n}")}),
            ]
        };
        History::read(&(0..turns).flat_map(turn).collect()).unwrap()
    }

    #[test]
    fn whole_turns_go_oldest_first() {
        let mut history = conversation(5);
        HistoryLimit { messages: 10, tokens: None }.trim(&mut history);
        assert_eq!(history.len(), 8);
        assert_eq!(history.messages()[0].joined(), "question 3");
    }

    #[test]
    fn tokens_bound_it_too() {
        let one = Size::of(&conversation(1)).tokens as u64;
        let mut history = conversation(5);
        HistoryLimit { messages: 100, tokens: Some(one * 2 + 1) }.trim(&mut history);
        assert_eq!(Size::of(&history).turns, 2);
        HistoryLimit { messages: 100, tokens: Some(1) }.trim(&mut history);
        assert!(history.is_empty());
        HistoryLimit { messages: 0, tokens: None }.trim(&mut conversation(2));
    }
}
