use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

use llmspell_base::money::Price;

use super::*;

const PRICE: Price = Price { input: 1_000_000_000, output: 4_000_000_000 };

fn estimate(input_tokens: u64, output_tokens: u64) -> FittedEstimate {
    CostEstimate { input_tokens, output_tokens, price: Some(PRICE) }.into()
}

fn tokens(most: u64) -> Allowance {
    Allowance { tokens: Some(most), cost: None }
}

fn took(tokens: u64, cost: u64) -> Amount {
    Amount { tokens, cost: NanoDollars(cost) }
}

impl Budget {
    fn left(&self) -> Allowance {
        tightest(&self.gauges())
    }
}

#[test]
fn the_answer_is_cut_to_what_is_left() {
    let budget = Budget::new(BudgetOwner::Run, tokens(100));
    let reserve = budget.try_reserve(estimate(30, 1_000)).unwrap();
    assert_eq!((reserve.output_tokens, budget.left().tokens), (70, Some(0)));
    let bound = reserve.bound.unwrap();
    assert_eq!((bound.whose, bound.kind, bound.left, bound.needed), (BudgetOwner::Run, BudgetKind::Tokens, 0, 1));
    assert!(bound.ends_the_run());
    assert_eq!(reserve.pay(took(50, 0)), took(50, 0));
    assert_eq!(budget.left().tokens, Some(50));
    assert_eq!(budget.try_reserve(estimate(10, 40)).unwrap().bound, None, "as long as it was asked for");
    let budget = Budget::new(BudgetOwner::Run, Allowance { tokens: None, cost: Some(NanoDollars(70_000)) });
    assert_eq!(budget.try_reserve(estimate(30, 1_000)).unwrap().output_tokens, 10);
}

#[test]
fn what_does_not_fit_is_told_with_what_is_left() {
    let budget = Budget::new(BudgetOwner::Run, tokens(100));
    drop(budget.try_reserve(estimate(60, 0)));
    let short = budget.try_reserve(estimate(50, 10)).err().unwrap();
    assert_eq!(
        short.to_string(),
        "of the run's budget of 100 tokens 40 are left, and this call needs at least 51 (--token-budget)"
    );
    let budget = Budget::new(BudgetOwner::Agent, Allowance { tokens: None, cost: Some(NanoDollars(2_500)) });
    assert_eq!(
        budget.try_reserve(estimate(1, 1)).err().unwrap().to_string(),
        "of the agent's budget of $0.0000025 there is $0.0000025 left, and this call may cost $0.000005 at least"
    );
}

#[test]
fn the_tightest_budget_holds_and_all_of_them_are_charged() {
    let run = Budget::new(BudgetOwner::Run, tokens(100));
    let agent = run.within(BudgetOwner::Agent, tokens(1_000));
    assert_eq!(agent.left().tokens, Some(100));
    let _ = agent.try_reserve(estimate(10, 20)).unwrap().pay(took(25, 0));
    assert_eq!((agent.left().tokens, run.left().tokens), (Some(75), Some(75)));
    let small = run.within(BudgetOwner::Agent, tokens(10));
    assert_eq!(small.try_reserve(estimate(10, 5)).err().unwrap().whose, BudgetOwner::Agent);
    assert_eq!(run.left().tokens, Some(75), "what the inner one refused was not reserved in the outer one");
}

#[test]
fn an_answer_can_not_have_taken_more_than_was_reserved() {
    let budget = Budget::new(BudgetOwner::Run, tokens(100));
    let reserve = budget.try_reserve(estimate(10, 10)).unwrap();
    assert_eq!(reserve.pay(took(u64::MAX, 0)), took(20, 0));
    assert_eq!(budget.left().tokens, Some(80));
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_what_others_reserved_and_do_not_use() {
    let budget = Budget::new(BudgetOwner::Run, tokens(100));
    let first = budget.try_reserve(estimate(10, 90)).unwrap();
    let other = budget.clone();
    let second = tokio::spawn(async move { other.reserve(estimate(50, 1)).await.map(|reserve| reserve.output_tokens) });
    tokio::task::yield_now().await;
    assert!(!second.is_finished());
    let _ = first.pay(took(20, 0));
    assert_eq!(second.await.unwrap(), Ok(1));
    let _third = budget.try_reserve(estimate(1, 28)).unwrap();
    let short = budget.reserve(estimate(20, 1)).await.err().unwrap();
    assert!(short.reserved && short.to_string().contains("reserved to calls that are under way"), "{short}");
    assert!(!budget.reserve(estimate(1_000, 1)).await.err().unwrap().reserved);
}

/// Whatever is estimated, used, failed and dropped, in whatever order: no budget is ever exceeded, and in the end nothing
/// is reserved any more.
#[test]
fn no_budget_is_exceeded_and_no_reservation_is_lost() {
    for seed in 0..200 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut below = |most: u64| random.next_u64() % most;
        let most = Allowance { tokens: Some(1 + below(5_000)), cost: Some(NanoDollars(1 + below(10_000_000))) };
        let run = Budget::new(BudgetOwner::Run, most);
        let inner = Allowance { tokens: (below(2) == 0).then(|| below(2_000)), cost: None };
        let agents: Vec<Budget> = (0..3).map(|_| run.within(BudgetOwner::Agent, inner)).collect();
        let (mut open, mut reported) = (Vec::new(), Amount::default());
        for _ in 0..500 {
            let agent = &agents[below(3) as usize];
            match below(4) {
                0 | 1 => {
                    let before = (run.left(), agent.left());
                    match agent.try_reserve(estimate(below(300), below(600))) {
                        Ok(reserve) => open.push(reserve),
                        Err(short) => {
                            assert!(short.needed > short.left);
                            assert_eq!((run.left(), agent.left()), before);
                        }
                    }
                }
                2 if !open.is_empty() => {
                    let reserve: Reservation = open.swap_remove(below(open.len() as u64) as usize);
                    let huge = if below(10) == 0 { u64::MAX } else { 1_000 };
                    reported = reported.plus(reserve.pay(took(below(huge), below(huge.min(4_000_000)))));
                }
                3 if !open.is_empty() => {
                    let reserve: Reservation = open.swap_remove(below(open.len() as u64) as usize);
                    reported = reported.plus(reserve.amount());
                    drop(reserve);
                }
                _ => {}
            }
            let reserved = open.iter().fold(reported, |sum, reserve| sum.plus(reserve.amount()));
            assert!(reserved.tokens <= most.tokens.unwrap() && reserved.cost <= most.cost.unwrap(), "seed {seed}");
            let held = *run.0.lock();
            assert_eq!((held.paid, held.paid.plus(held.reserved)), (reported, reserved), "seed {seed}");
        }
        drop(open);
        assert_eq!(run.0.lock().reserved, Amount::default(), "seed {seed}");
        assert!(agents.iter().all(|agent| agent.0.lock().reserved == Amount::default()));
    }
}
