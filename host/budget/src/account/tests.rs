use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use llmspell_base::money::Price;

use super::*;
use crate::budget::{Allowance, tightest};
use crate::sums::SumsFuture;

/// Reads as if nothing were spent. The first so many charges find that others have spent all; each one after it finds the
/// sum as it was read.
struct Contended {
    faster: usize,
    charged: AtomicUsize,
    freed: AtomicUsize,
}

impl Sums for Contended {
    fn read<'a>(&'a self, rows: Vec<(&'a str, &'a str)>) -> SumsFuture<'a, Vec<u64>> {
        Box::pin(async move { Ok(vec![0; rows.len()]) })
    }

    fn add<'a>(&'a self, changes: Vec<Increment<'a>>) -> SumsFuture<'a, Vec<u64>> {
        Box::pin(async move {
            let sum = |change: &Increment<'_>| match change.by {
                by if by < 0 => self.freed.fetch_add(1, SeqCst) as u64,
                _ if self.charged.fetch_add(1, SeqCst) < self.faster => 1_000,
                by => by as u64,
            };
            Ok(changes.iter().map(sum).collect())
        })
    }
}

async fn reserve(faster: usize) -> (Result<(Reservation, Charge), Refused>, Arc<Contended>, Budget) {
    let sums = Arc::new(Contended { faster, charged: AtomicUsize::new(0), freed: AtomicUsize::new(0) });
    let day = Rolling { tokens_per_day: Some(100), ..Rolling::default() };
    let accounts = Accounts::new(Plans { each_tenant: day, ..Plans::default() }, sums.clone());
    let account = accounts.account("a", &Clock::starting_at(Duration::ZERO)).unwrap();
    let run = Budget::new(BudgetOwner::Run, Allowance { tokens: Some(500), cost: None });
    let estimate = CostEstimate { input_tokens: 30, output_tokens: 1_000, price: Some(Price { input: 0, output: 0 }) };
    (account.reserve(&run, estimate).await, sums, run)
}

fn left(run: &Budget) -> Option<u64> {
    tightest(&run.gauges()).tokens
}

#[tokio::test]
async fn a_reservation_is_made_in_the_run_and_in_the_account() {
    let (reserved, sums, run) = reserve(3).await;
    let (reservation, charge) = reserved.ok().unwrap();
    assert_eq!((reservation.amount().tokens, reservation.output_tokens), (100, 70), "what is left in the account");
    assert_eq!((sums.charged.load(SeqCst), sums.freed.load(SeqCst), left(&run)), (4, 3, Some(400)));
    let paid = reservation.pay(Amount { tokens: 40, ..Amount::default() });
    charge.settle(paid).await;
    assert_eq!((sums.freed.load(SeqCst), left(&run)), (4, Some(460)));
}

#[tokio::test]
async fn an_account_that_others_are_always_faster_to_charge_leaves_the_run_unreserved() {
    let (reserved, sums, run) = reserve(usize::MAX).await;
    let Err(Refused::InsufficientBudget(short)) = reserved else { panic!("it was reserved") };
    assert_eq!((short.needed, short.reserved), (100, true));
    assert_eq!((sums.charged.load(SeqCst), sums.freed.load(SeqCst), left(&run)), (RACES, RACES, Some(500)));
}
