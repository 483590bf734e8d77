//! The service that the cases are thrown at, and its neighbour.

use std::time::{Duration, Instant};

use llmspell_wasm::model::{ModelName, Models};
use llmspell_wasm::{Config, Ending, Grants, HostTool, Limits, Runtime, Spell};
use serde_json::json;
use tempfile::TempDir;

use super::folder;
use super::network::{OWN_SECRET, Servers};
use super::watch::{Held, Peak, held, keep_little, trim};
use crate::GuestUnderTest;

/// What a case may take of the host's memory beside the guest's own.
const ROOM: u64 = 64 << 20;

/// What may still be there after a case: caches, and what is kept for instances to come. What grows with each run shows
/// where a case is played many times.
const KEPT: u64 = 160 << 20;

/// Threads that wait for a disk or a name come and go.
const HELPERS: usize = 12;

/// A case that takes longer was not stopped.
const LONGEST: Duration = Duration::from_secs(60);

pub struct Harness {
    pub runtime: Runtime,
    pub guests: Vec<GuestUnderTest>,
    pub tokio: tokio::runtime::Runtime,
    /// Where a spell lies: there are other files beside it, and a file beside the folder.
    pub folder: TempDir,
    peak: Peak,
    began: Held,
    /// What spells that are granted hosts reach.
    pub servers: Servers,
    report: Option<fn(&Held)>,
}

impl Harness {
    pub fn new(guests: &[GuestUnderTest], report: Option<fn(&Held)>) -> Harness {
        keep_little();
        // A thread that has nothing to do goes soon, so that those that are left are those that stay.
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(2).thread_keep_alive(Duration::from_millis(50)).enable_all();
        let tokio = builder.build().unwrap();
        // The tables of tokens are made at first use and stay: 80 MB, which are no case's.
        for model in ["gpt-4o", "gpt-4"] {
            let name = ModelName { provider: "openai".into(), model: model.into() };
            Models::offline().is_longer(&name, "some words", 1);
        }
        let servers = Servers::start();
        let text = "[secrets]\nKEPT = { env = \"KEPT\", to = [\"server.test\"] }\n[network]\ntimeout = \"500ms\"\n";
        let mut config = Config::from_toml(text, &|name| (name == "KEPT").then(|| OWN_SECRET.into())).unwrap();
        config.network.resolver = servers.resolver();
        (config.models, config.instances) = (Models::offline(), 4);
        // In memory: what a tenant may keep is memory of the process.
        config.store.quota.bytes = 16 << 20;
        guests.iter().for_each(|guest| guest.install(&mut config));
        let runtime = Runtime::new(config).unwrap();
        let echo = HostTool::new(
            "echo",
            "Gives back what it gets (a double)",
            json!({"type": "object"}),
            |invocation| async move { Ok(json!({"double": true, "arguments": invocation.arguments})) },
        );
        runtime.register_tool(echo).unwrap();
        let folder = tempfile::tempdir().unwrap();
        folder::lay_out(folder.path(), guests);
        let guests = guests.to_vec();
        let harness = Harness { runtime, guests, tokio, folder, peak: Peak::new(), began: held(), servers, report };
        harness.neighbour(|guest| &guest.saves);
        harness.neighbour(|guest| &guest.saves);
        Harness { began: held(), ..harness }
    }

    /// Runs a neighbour's spell with each guest.
    fn neighbour(&self, source: impl Fn(&GuestUnderTest) -> &str) -> Vec<(Ending, Option<serde_json::Value>)> {
        let run = |guest: &GuestUnderTest| {
            let mut spell = Spell::new(guest.language.name, "neighbour", source(guest));
            spell.tenant = "neighbour".into();
            let outcome = self.tokio.block_on(self.runtime.run(spell, Grants::local(), Limits::default()));
            (outcome.ending, outcome.result)
        };
        self.guests.iter().map(run).collect()
    }

    /// Plays a case, and tells what it did to the process and to the neighbour.
    pub fn watched(&self, play: impl FnOnce() -> Vec<String>) -> Vec<String> {
        let before = held();
        self.peak.take();
        let began = Instant::now();
        let mut problems = play();
        if began.elapsed() > LONGEST {
            problems.push(format!("it took {:?}", began.elapsed()));
        }
        let peak = self.peak.take();
        if peak > before.resident + ROOM + Limits::default().memory_bytes as u64 {
            problems.push(format!("it took the process from {} to {} MB", before.resident >> 20, peak >> 20));
        }
        let kept = json!("canary-of-the-neighbour");
        for (ending, result) in self.neighbour(|guest| &guest.loads) {
            if (ending, result.as_ref()) != (Ending::Completed, Some(&kept)) {
                problems.push(format!("the neighbour's spell ends as {ending:?} with {result:?}"));
            }
        }
        problems.extend(self.left());
        problems
    }

    /// What is left of all cases so far. Descriptors are closed a moment after the run that had them.
    fn left(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for _ in 0..20 {
            trim();
            let (now, began) = (held(), self.began);
            problems.clear();
            if now.resident > began.resident + KEPT {
                problems.push(format!("{} MB are left, of {} at first", now.resident >> 20, began.resident >> 20));
            }
            if now.threads > began.threads + HELPERS {
                problems.push(format!("{} threads are left, of {} at first", now.threads, began.threads));
            }
            if now.descriptors > began.descriptors + 2 {
                problems.push(format!("{} descriptors are left, of {} at first", now.descriptors, began.descriptors));
            }
            if now.connections > 0 {
                problems.push(format!("{} connections lead away from this machine", now.connections));
            }
            if let Some(report) = self.report {
                report(&now);
            }
            if problems.is_empty() {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        problems
    }
}
