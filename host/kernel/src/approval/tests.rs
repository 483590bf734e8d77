use std::sync::atomic::{AtomicUsize, Ordering};

use llmspell_base::money::NanoDollars;
use llmspell_policy::Right;

use super::*;

struct Says(Answer, Arc<AtomicUsize>);

impl Approver for Says {
    fn ask<'a>(&'a self, _: &'a Question) -> Asking<'a> {
        self.1.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { self.0 })
    }
}

fn question(arguments: Value) -> Question {
    let because = "[approval] tools = \"t\" in p.toml, line 2".to_owned();
    Question::new("tool.call", &Permission::of(Right::TOOL, "t"), arguments, None, because, "local")
}

fn asked(answer: Answer) -> (Approvals, Arc<AtomicUsize>) {
    let count = Arc::<AtomicUsize>::default();
    (Approvals::new(Some(Arc::new(Says(answer, count.clone()))), Vec::new()), count)
}

async fn decide(approvals: &Approvals, arguments: Value) -> (bool, By) {
    let decided = approvals.decide(&question(arguments), || {}).await;
    (decided.approved, decided.by)
}

#[test]
fn the_digest_is_over_a_canonical_form() {
    let one = question(json!({ "b": [1, { "d": null, "c": "é" }], "a": 1.5 }));
    assert_eq!(
        one.canonical(),
        "{\"arguments\":{\"a\":1.5,\"b\":[1,{\"c\":\"é\",\"d\":null}]},\"call\":\"tool.call\",\"cost\":null,\"names\":[\"t\"],\
         \"section\":\"tools\",\"tenant\":\"local\",\"version\":1}"
    );
    assert_eq!(one.digest, hash(one.canonical().as_bytes()));
    assert_eq!(one.digest, question(json!({ "a": 1.5, "b": [1, { "c": "é", "d": null }] })).digest);
    for other in [json!({ "a": 1, "b": [1] }), json!({}), json!({ "a": "1.5" })] {
        assert_ne!(question(other).digest, one.digest);
    }
}

#[test]
fn cost_is_part_of_the_digest() {
    let costs = [None, Some(Cost::Unknown), Some(Cost::AtMost(NanoDollars(1))), Some(Cost::AtMost(NanoDollars(2)))];
    let digests: BTreeSet<String> =
        costs.map(|cost| Question::new("c", &Permission::NOTHING, Value::Null, cost, String::new(), "t").digest).into();
    assert_eq!(digests.len(), 4);
}

#[tokio::test]
async fn a_digest_accepts_one_call_once() {
    let approvals = Approvals::new(None, vec![question(json!(1)).digest]);
    assert_eq!(decide(&approvals, json!(2)).await, (false, By::Nobody));
    assert_eq!(decide(&approvals, json!(1)).await, (true, By::Digest));
    assert_eq!(decide(&approvals, json!(1)).await, (false, By::Nobody));
}

#[tokio::test]
async fn always_holds_for_other_arguments_and_no_for_the_same_call() {
    let (approvals, count) = asked(Answer::Always);
    assert_eq!(decide(&approvals, json!(1)).await, (true, By::Asked));
    assert_eq!((decide(&approvals, json!(2)).await, count.load(Ordering::SeqCst)), ((true, By::Before), 1));
    let (approvals, count) = asked(Answer::No);
    assert_eq!(decide(&approvals, json!(1)).await, (false, By::Asked));
    assert_eq!((decide(&approvals, json!(1)).await, count.load(Ordering::SeqCst)), ((false, By::Before), 1));
    assert_eq!((decide(&approvals, json!(2)).await, count.load(Ordering::SeqCst)), ((false, By::Asked), 2));
}

#[tokio::test]
async fn a_run_puts_no_more_than_so_many_questions() {
    let (approvals, count) = asked(Answer::Yes);
    for number in 0..MOST_QUESTIONS {
        assert_eq!(decide(&approvals, json!(number)).await, (true, By::Asked));
    }
    assert_eq!(decide(&approvals, json!("more")).await, (false, By::Nobody));
    assert_eq!(count.load(Ordering::SeqCst), MOST_QUESTIONS);
}

/// Answers after a minute; counts how many are asked at the same time.
struct Slow(AtomicUsize, Arc<AtomicUsize>);

impl Approver for Slow {
    fn ask<'a>(&'a self, _: &'a Question) -> Asking<'a> {
        Box::pin(async {
            self.1.fetch_max(self.0.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_secs(60)).await;
            self.0.fetch_sub(1, Ordering::SeqCst);
            Answer::Yes
        })
    }
}

#[tokio::test(start_paused = true)]
async fn one_is_asked_after_the_other_and_the_time_is_not_that_of_the_work() {
    let most = Arc::<AtomicUsize>::default();
    let approvals = Approvals::new(Some(Arc::new(Slow(AtomicUsize::new(0), most.clone()))), Vec::new());
    let work = async {
        let both = tokio::join!(decide(&approvals, json!(1)), decide(&approvals, json!(2)));
        tokio::time::sleep(Duration::from_millis(900)).await;
        both
    };
    let both = approvals.within(Duration::from_secs(1), work).await;
    assert_eq!((both, most.load(Ordering::SeqCst)), (Some(((true, By::Asked), (true, By::Asked))), 1));
    let late = approvals.within(Duration::from_secs(1), tokio::time::sleep(Duration::from_secs(2))).await;
    assert_eq!((late, approvals.waited()), (None, (Duration::from_secs(120), false)));
}
