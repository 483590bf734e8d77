//! What models used, added up.

use llmspell_api::agent::Usage;
use llmspell_base::NanoDollars;

/// Adds one reply. A reply that reports nothing adds nothing; the cost of two is known only if that of each is.
pub fn add(sum: &mut Usage, reply: &Usage) {
    let more = |a: Option<u64>, b: Option<u64>| match (a, b) {
        (None, None) => None,
        (a, b) => Some(a.unwrap_or(0).saturating_add(b.unwrap_or(0))),
    };
    if *reply == Usage::default() {
        return;
    }
    sum.cost = match (sum.cost.take(), &reply.cost) {
        (None, cost) if *sum == Usage::default() => cost.clone(),
        (Some(a), Some(b)) => plus(&a, b),
        _ => None,
    };
    sum.input_tokens = more(sum.input_tokens, reply.input_tokens);
    sum.output_tokens = more(sum.output_tokens, reply.output_tokens);
    sum.total_tokens = more(sum.total_tokens, reply.total_tokens);
    sum.cached_input_tokens = more(sum.cached_input_tokens, reply.cached_input_tokens);
    sum.reasoning_tokens = more(sum.reasoning_tokens, reply.reasoning_tokens);
}

/// All tokens of a reply, as the provider counts them, or else the sum.
pub fn tokens(used: &Usage) -> u64 {
    let parts = [used.input_tokens, used.output_tokens];
    used.total_tokens.unwrap_or_else(|| parts.into_iter().flatten().fold(0, u64::saturating_add))
}

fn plus(a: &str, b: &str) -> Option<String> {
    let (a, b): (NanoDollars, NanoDollars) = (a.parse().ok()?, b.parse().ok()?);
    Some(NanoDollars(a.0.saturating_add(b.0)).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_add_up_and_an_unknown_cost_stays_unknown() {
        let reply =
            |cost: Option<&str>| Usage { input_tokens: Some(3), cost: cost.map(str::to_owned), ..Usage::default() };
        let mut sum = Usage::default();
        add(&mut sum, &reply(Some("0.1")));
        add(&mut sum, &Usage::default());
        add(&mut sum, &reply(Some("0.02")));
        assert_eq!((sum.input_tokens, sum.cost.as_deref()), (Some(6), Some("0.12")));
        add(&mut sum, &reply(None));
        add(&mut sum, &reply(Some("1")));
        assert_eq!((sum.input_tokens, sum.cost), (Some(12), None));
    }
}
