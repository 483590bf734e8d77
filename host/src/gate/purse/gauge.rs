//! One budget as a call finds it: what there is room for.

use serde_json::{Value, json};

use super::{Allowance, Kind, Short, Want, Whose};
use crate::money::NanoDollars;

/// Of tokens, or of billionths of a dollar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gauge {
    pub whose: Whose,
    pub kind: Kind,
    pub allowed: u64,
    /// What is not paid.
    pub free: u64,
    /// What is not promised to other calls either.
    pub left: u64,
}

/// How much a model may answer, and which budget ends with it.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    pub output_tokens: u64,
    pub bound: Short,
}

/// A reply of fewer tokens is of no use.
const LEAST_OUTPUT: u64 = 1;

impl Gauge {
    /// The room for an answer, or what is missing. `None` where nobody knows the price: such a call is refused before, see
    /// `Payer`.
    pub fn room(&self, want: Want) -> Option<Result<Room, Short>> {
        let least = want.output_tokens.min(LEAST_OUTPUT);
        let of = |output: u64| match self.kind {
            Kind::Tokens => Some(want.input_tokens.saturating_add(output)),
            Kind::Cost => want.price.map(|price| price.of(want.input_tokens, output).0),
        };
        let needed = of(least)?;
        if needed > self.left {
            return Some(Err(self.short(self.left, needed, needed <= self.free)));
        }
        let beyond_input = self.left.saturating_sub(of(0)?);
        let output_tokens = match self.kind {
            Kind::Tokens => beyond_input,
            Kind::Cost => want.price?.output_for(NanoDollars(beyond_input)),
        };
        let output_tokens = output_tokens.max(least);
        // What is over when the answer is as long as that, and what one token more would need.
        let rest = self.left.saturating_sub(of(output_tokens)?);
        let more = of(output_tokens.saturating_add(1))?.saturating_sub(of(output_tokens)?);
        let bound = self.short(rest, more, self.left < self.free);
        Some(Ok(Room { output_tokens, bound }))
    }

    /// For programs: `{budget, whose, period, allowed, left}`; money as decimal text.
    pub fn show(&self) -> Value {
        let mut all = json!({
            "budget": self.kind.word(), "whose": self.whose.word(),
            "allowed": self.kind.show(self.allowed), "left": self.kind.show(self.left),
        });
        if let (Some(all), Some(period)) = (all.as_object_mut(), self.whose.period()) {
            all.insert("period".into(), period.word().into());
        }
        all
    }

    pub fn short(&self, left: u64, needed: u64, promised: bool) -> Short {
        Short { whose: self.whose, kind: self.kind, allowed: self.allowed, left, needed, promised }
    }
}

/// What is left of the tightest of them.
pub fn tightest(gauges: &[Gauge]) -> Allowance {
    let least = |kind| gauges.iter().filter(|gauge| gauge.kind == kind).map(|gauge| gauge.left).min();
    Allowance { tokens: least(Kind::Tokens), cost: least(Kind::Cost).map(NanoDollars) }
}

impl Want {
    /// With no more output than there is room for.
    pub fn fit(mut self, room: Room) -> Want {
        if room.output_tokens < self.output_tokens {
            (self.output_tokens, self.bound) = (room.output_tokens, Some(room.bound));
        }
        self
    }
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Kind::Tokens => "tokens",
            Kind::Cost => "cost",
        }
    }

    pub fn show(self, amount: u64) -> Value {
        match self {
            Kind::Tokens => amount.into(),
            Kind::Cost => NanoDollars(amount).to_string().into(),
        }
    }
}
