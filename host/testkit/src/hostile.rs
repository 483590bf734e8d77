//! Hostile input: each class of attack is a file of cases, played one after the other in one process, as a service that runs
//! the spells of strangers would.
//!
//! Every case is watched: memory, threads, descriptors and connections of the process, and its time. After each case a
//! neighbour's spell has to find what it left, and no case may see what is the neighbour's or the host's. So the trials
//! belong into a test of their own, which plays one at a time: `test_threads` of its arguments is 1.

mod archives;
mod case;
mod clock;
mod component;
mod folder;
mod harness;
mod network;
mod operation;
mod process;
mod provider;
mod spell;
mod text;
mod watch;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, TryLockError};

use libtest_mimic::{Failed, Trial};

use crate::GuestUnderTest;
use case::{Case, Class, Thrown};
use harness::Harness;
pub use watch::Held;

/// The folder of the project's own classes, in the checkout that this crate was built in. `CONTRIBUTING.md` there describes
/// what a case is made of.
pub const CLASSES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/hostile");

/// A variable of the environment, and its value, that no spell may see. To have cases try it, set it before the process has
/// other threads.
pub const SECRET: (&str, &str) = ("HOST_SECRET", "canary-of-the-host");

/// What is thrown, and at what.
pub struct Options {
    /// Where the classes lie, each a file `<class>.toml`.
    pub classes: PathBuf,
    /// Spells in their languages are thrown at them.
    pub guests: Vec<GuestUnderTest>,
    /// What other input is thrown at: components, policies, configurations, replies of providers, and what befalls a process.
    /// `None` for spells only.
    pub host: Option<Host>,
    /// How often each case is played: what goes on growing is a leak.
    pub times: usize,
    /// Is told what the process holds after each case.
    pub report: Option<fn(&Held)>,
}

/// The command line, which the tests of a guest do not need.
#[derive(Clone)]
pub struct Host {
    /// The binary `llmspell-wasm`.
    pub binary: PathBuf,
    /// A component that works, to make damaged ones of: `target/guests/lua.wasm`.
    pub component: PathBuf,
}

impl Options {
    /// The spells of these classes, thrown once at these guests.
    pub fn new(classes: impl Into<PathBuf>, guests: Vec<GuestUnderTest>) -> Options {
        Options { classes: classes.into(), guests, host: None, times: 1, report: None }
    }
}

/// A trial for each case, named `<class>/<case> (<language>)`, and one for the files themselves. Starts the threads of the
/// service that they are thrown at.
pub fn trials(options: &Options) -> Vec<Trial> {
    let (classes, mut problems) = case::classes(options);
    let stage = Arc::new(Stage {
        harness: Harness::new(&options.guests, options.report),
        host: options.host.clone(),
        times: options.times,
        turn: Mutex::new(()),
    });
    let mut trials = Vec::new();
    for class in classes {
        for case in &class.cases {
            match case.thrown(&options.guests) {
                Ok(thrown) => {
                    let played = |(_, (_, thrown)): &(usize, (String, Thrown))| stage.takes(thrown);
                    for (place, (language, _)) in thrown.into_iter().enumerate().filter(played) {
                        let name = format!("{}/{}{language}", class.name, case.name);
                        let throw = Throw { class: class.clone(), case: case.clone(), place };
                        let stage = stage.clone();
                        trials.push(Trial::test(name, move || stage.play(&throw)));
                    }
                }
                Err(problem) => problems.push(format!("{}: {problem}", class.name)),
            }
        }
    }
    if trials.is_empty() {
        problems.push(format!("{}: there is no case for any of the guests", options.classes.display()));
    }
    trials.insert(
        0,
        Trial::test("every_file_is_a_class", move || match problems.is_empty() {
            true => Ok(()),
            false => Err(problems.join("\n").into()),
        }),
    );
    trials
}

/// One of those that a case throws.
struct Throw {
    class: Arc<Class>,
    case: Case,
    place: usize,
}

struct Stage {
    harness: Harness,
    host: Option<Host>,
    times: usize,
    /// Held while a case is played: what the process has is what this case has.
    turn: Mutex<()>,
}

impl Stage {
    fn takes(&self, thrown: &Thrown) -> bool {
        matches!(thrown, Thrown::Spell(..)) || self.host.is_some()
    }

    fn play(&self, throw: &Throw) -> Result<(), Failed> {
        let _turn = match self.turn.try_lock() {
            Ok(turn) => turn,
            Err(TryLockError::Poisoned(turn)) => turn.into_inner(),
            Err(TryLockError::WouldBlock) => return Err("another case is being played: set `test_threads` to 1".into()),
        };
        let problems: Vec<String> = (0..self.times).flat_map(|_| self.throw(throw)).collect();
        match problems.is_empty() {
            true => Ok(()),
            false => Err(problems.join("\n").into()),
        }
    }

    fn throw(&self, Throw { class, case, place }: &Throw) -> Vec<String> {
        let harness = &self.harness;
        // Made only now: some of it is large.
        let thrown = case.thrown(&harness.guests).unwrap().swap_remove(*place).1;
        if let (Thrown::Component(recipe), Some(host)) = (&thrown, &self.host) {
            // Not watched: what it takes is our own.
            component::write(harness, host, recipe);
        }
        harness.watched(|| match (thrown, &self.host) {
            (Thrown::Spell(language, source), _) => spell::play(harness, case, &class.limits, language, &source),
            (Thrown::Component(_), Some(host)) => component::play(harness, host, case),
            (Thrown::Policy(text), _) => text::policy(case, &text),
            (Thrown::Configuration(text), _) => text::configuration(case, &text),
            (Thrown::Reply(reply), _) => provider::play(harness, case, &reply),
            (Thrown::Operation(name), Some(host)) => operation::play(host, case, &name),
            (Thrown::Component(_) | Thrown::Operation(_), None) => vec!["there is no command line".into()],
        })
    }
}
