use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use llmspell_base::clock::Clock;
use llmspell_base::money::CostEstimate;
use llmspell_budget::{Account, Accounts, Amount, Plans, Refused, Rolling};

use super::*;
use llmspell_base::money::Price;
use llmspell_state::{Place, Settings};

fn estimate(input_tokens: u64, output_tokens: u64) -> CostEstimate {
    CostEstimate { input_tokens, output_tokens, price: Some(Price { input: 0, output: 0 }) }
}

fn tokens(tokens: u64) -> Amount {
    Amount { tokens, ..Amount::default() }
}

fn sums(store: &Store) -> Arc<StoreSums> {
    Arc::new(StoreSums(store.clone()))
}

fn budgets(plans: Plans) -> Accounts {
    Accounts::new(plans, sums(&Store::new(Settings::new(Place::Memory))))
}

fn a_day(limit: u64) -> Rolling {
    Rolling { tokens_per_day: Some(limit), ..Rolling::default() }
}

fn clock(day: u64) -> Clock {
    Clock::starting_at(Duration::from_secs(1_700_000_000 + day * 86_400))
}

/// What is left, as an amount that would just fit.
async fn left(account: &Account) -> u64 {
    match account.fit(estimate(0, u64::MAX / 4)).await {
        Ok(fitted) => fitted.estimate.output_tokens,
        Err(_) => 0,
    }
}

#[tokio::test(start_paused = true)]
async fn a_day_ends_and_a_month_goes_on() {
    let plan = Rolling { tokens_per_day: Some(100), tokens_per_month: Some(150), ..Rolling::default() };
    let budgets = budgets(Plans { each_tenant: plan, ..Plans::default() });
    let today = budgets.account("a", &clock(0)).unwrap();
    let charge = today.charge(tokens(90)).await.ok().unwrap();
    charge.settle(tokens(80)).await;
    assert_eq!(left(&today).await, 20);
    let Err(Refused::InsufficientBudget(short)) = today.fit(estimate(21, 0)).await else { panic!("it fits") };
    assert_eq!(
        short.to_string(),
        "of the tenant's budget of 100 tokens for today (UTC) 20 are left, and this call needs at least 21 \
         ([budgets] in the configuration)"
    );
    let tomorrow = budgets.account("a", &clock(1)).unwrap();
    assert_eq!(left(&tomorrow).await, 70, "of the month");
    assert_eq!(left(&budgets.account("b", &clock(0)).unwrap()).await, 100, "another tenant's is its own");
}

/// The clock goes wrong for a while: what was spent stays spent.
#[tokio::test(start_paused = true)]
async fn no_clock_that_is_set_fills_a_budget_again() {
    const TODAY: u64 = 1_700_000_000;
    let clock = clock(0);
    let store = Store::new(Settings { clock: clock.clone(), ..Settings::new(Place::Memory) });
    let plan = Rolling { tokens_per_day: Some(100), tokens_per_month: Some(150), ..Rolling::default() };
    let budgets = Accounts::new(Plans { each_tenant: plan, ..Plans::default() }, sums(&store));
    let (account, other) = (budgets.account("a", &clock).unwrap(), budgets.account("b", &clock).unwrap());
    for (days, left_today) in [(-1, 10), (1, 10), (-300, 10), (30, 10), (300, 60)] {
        let spent = account.charge(tokens(90)).await.ok();
        clock.set(Duration::from_secs(TODAY.saturating_add_signed(days * 86_400)));
        // Each commit sweeps some of what has expired.
        for _ in 0..3 {
            drop(other.charge(tokens(1)).await);
        }
        if let Some(spent) = spent {
            spent.settle(tokens(90)).await;
        }
        clock.set(Duration::from_secs(TODAY));
        assert_eq!(left(&account).await, left_today, "{days} days");
    }
}

#[tokio::test(start_paused = true)]
async fn all_tenants_together_have_a_budget_and_some_have_their_own() {
    let tenants = BTreeMap::from([("rich".to_owned(), a_day(1_000))]);
    let budgets = budgets(Plans { all: a_day(500), each_tenant: a_day(100), tenants });
    let rich = budgets.account("rich", &clock(0)).unwrap();
    rich.charge(tokens(450)).await.ok().unwrap().settle(tokens(450)).await;
    assert_eq!(left(&budgets.account("poor", &clock(0)).unwrap()).await, 50);
    assert!(
        Accounts::new(Plans::default(), sums(&Store::new(Settings::new(Place::Memory))))
            .account("a", &clock(0))
            .is_none()
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_not_settled_stays_spent_and_is_waited_for_only_while_it_may_be_freed() {
    let budgets = budgets(Plans { each_tenant: a_day(100), ..Plans::default() });
    let account = budgets.account("a", &clock(0)).unwrap();
    let open = account.charge(tokens(80)).await.ok().unwrap();
    let other = account.clone();
    let waiting = tokio::spawn(async move { other.fit(estimate(50, 0)).await.is_ok() });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    open.settle(tokens(10)).await;
    assert!(waiting.await.unwrap());
    drop(account.charge(tokens(40)).await.ok().unwrap());
    assert!(
        matches!(account.fit(estimate(60, 0)).await, Err(Refused::InsufficientBudget(short)) if !short.reserved && short.left == 50)
    );
    assert!(matches!(account.charge(tokens(60)).await, Err(Refused::InsufficientBudget(_))));
    assert_eq!(left(&account).await, 50, "a charge that was refused left nothing behind");
}

/// Many at once, over two runtimes on one store: never more than there is, however the calls end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_never_exceed_it() {
    let store = Store::new(Settings::new(Place::Memory));
    let plans = Plans { each_tenant: a_day(1_000), ..Plans::default() };
    let processes = [Accounts::new(plans.clone(), sums(&store)), Accounts::new(plans, sums(&store))];
    let spent = Arc::new(AtomicU64::new(0));
    let calls = (0..64u64).map(|number| {
        let account = processes[number as usize % 2].account("a", &clock(0)).unwrap();
        let spent = spent.clone();
        tokio::spawn(async move {
            for turn in 0..5 {
                let amount = tokens(10 + (number * 7 + turn) % 50);
                let Ok(charge) = account.charge(amount).await else { continue };
                tokio::task::yield_now().await;
                match (number + turn) % 3 {
                    0 => {
                        spent.fetch_add(amount.tokens / 2, Relaxed);
                        charge.settle(tokens(amount.tokens / 2)).await;
                    }
                    1 => charge.settle(Amount::default()).await,
                    _ => {
                        spent.fetch_add(amount.tokens, Relaxed);
                        drop(charge);
                    }
                }
            }
        })
    });
    futures::future::join_all(calls).await;
    let spent = spent.load(Relaxed);
    assert!(spent > 500 && spent <= 1_000, "{spent}");
    assert_eq!(left(&processes[0].account("a", &clock(0)).unwrap()).await, 1_000 - spent);
}
