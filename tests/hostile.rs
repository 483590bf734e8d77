//! Hostile input: each class of attack is a file of cases in `tests/hostile/`, played one after the other in one process, as
//! by a service that runs spells of unknown authors.
//!
//! Every case is watched: memory, threads, descriptors and connections of the process, and its time. Between the cases a
//! neighbour's spell has to find what it left, and no case may see what is the neighbour's or the host's.
//!
//! `REPEAT=50 cargo test --workspace --test hostile -- NAME` plays a case so often, and tells what is left each time: what
//! goes on growing is a leak.

#![cfg(target_os = "linux")]
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};

#[path = "hostile/case.rs"]
mod case;
#[path = "hostile/clock.rs"]
mod clock;
#[path = "hostile/component.rs"]
mod component;
#[path = "hostile/harness.rs"]
mod harness;
#[path = "hostile/operation.rs"]
mod operation;
#[path = "hostile/provider.rs"]
mod provider;
#[path = "hostile/spell.rs"]
mod spell;
#[path = "hostile/text.rs"]
mod text;
#[path = "hostile/watch.rs"]
mod watch;

use case::Thrown;

fn main() {
    let mut arguments = Arguments::from_args();
    // One at a time: what the process has is what this case has.
    arguments.test_threads = Some(1);
    let harness = Arc::new(harness::Harness::new());
    let classes = case::classes();
    let count: usize = classes.iter().map(|class| class.cases.len()).sum();
    let mut trials = vec![Trial::test("there_are_three_hundred_cases_at_least", move || {
        (count >= 300).then_some(()).ok_or_else(|| format!("there are {count}").into())
    })];
    for class in classes {
        for case in class.cases {
            for (place, (language, _)) in case.thrown().into_iter().enumerate() {
                let name = format!("{}/{}{language}", class.name, case.name);
                let (harness, case, limits) = (harness.clone(), case.clone(), class.limits.clone());
                trials.push(Trial::test(name, move || {
                    // Made only now: some of it is large.
                    let thrown = || case.thrown().swap_remove(place).1;
                    let play = |thrown| match thrown {
                        Thrown::Spell(language, source) => spell::play(&harness, &case, &limits, language, &source),
                        Thrown::Component(_) => component::play(&harness, &case),
                        Thrown::Policy(text) => text::policy(&case, &text),
                        Thrown::Configuration(text) => text::configuration(&case, &text),
                        Thrown::Reply(reply) => provider::play(&harness, &case, &reply),
                        Thrown::Operation(name) => operation::play(&case, &name),
                    };
                    let times = std::env::var("REPEAT").map_or(1, |times| times.parse().unwrap());
                    let throw = |_| {
                        let thrown = thrown();
                        if let Thrown::Component(recipe) = &thrown {
                            // Not watched: what it takes is our own.
                            component::write(&harness, recipe);
                        }
                        harness.watched(|| play(thrown))
                    };
                    let problems: Vec<String> = (0..times).flat_map(throw).collect();
                    match problems.is_empty() {
                        true => Ok(()),
                        false => Err(problems.join("\n").into()),
                    }
                }));
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}
