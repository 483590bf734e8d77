//! A case is replayed from its record, where nothing of what it was played with is there.

use std::time::Duration;

use llmspell_wasm::model::Models;
use llmspell_wasm::replay::{Options, Record};
use llmspell_wasm::{Config, Runtime, Transcript};

use super::case::Case;
use super::play::{Seen, logged};

impl Case {
    /// How the replay of a run differs from it.
    pub async fn replay(&self, seen: &Seen, record: &[u8]) -> Vec<String> {
        let heard = Transcript::default();
        let options = Options { listener: Some(Box::new(heard.clone())), ..Options::default() };
        let replayed = self.empty().replay(&Record::Bytes(record.into()), options).await;
        let told = match &replayed {
            Err(error) => error.to_string(),
            Ok(replayed) => match &replayed.parted {
                Some(parted) => format!("{parted:?}"),
                None => replayed.differences.join("; "),
            },
        };
        let mut problems: Vec<String> = Some(told).filter(|told| !told.is_empty()).into_iter().collect();
        let Ok(replayed) = replayed else { return problems };
        let heard = heard.heard();
        let mut differ = |what: &str, then: &dyn std::fmt::Debug, now: &dyn std::fmt::Debug| {
            let (then, now) = (format!("{then:?}"), format!("{now:?}"));
            if then != now {
                problems.push(format!("{what} of the replay is {now}, and was {then}"));
            }
        };
        differ("the output", &seen.output, &String::from_utf8_lossy(&heard.output));
        differ("the log", &seen.log, &logged(&heard));
        differ("what the operator is told", &seen.notices, &heard.notices);
        let (then, now) = (&seen.outcome, &replayed.outcome);
        differ("the ending", &then.ending, &now.ending);
        differ("the result", &then.result, &now.result);
        differ("the error", &then.error, &now.error);
        differ("the exit code", &then.exit_code(), &now.exit_code());
        differ("the fuel", &then.ledger.fuel, &now.ledger.fuel);
        problems.into_iter().map(|problem| format!("replayed: {problem}")).collect()
    }

    /// A runtime without any of what the case was played with.
    fn empty(&self) -> Runtime {
        // A record is replayed within limits that are given here.
        let limits = self.settings.config.get("limits").map(|limits| ("limits".to_owned(), limits.clone()));
        let limits: toml::Table = limits.into_iter().collect();
        let mut config = Config::from_toml(&limits.to_string(), &|_| None).unwrap();
        // A replay may be slower than the run was, which may have been stopped by its time.
        config.limits.wall_time = config.limits.wall_time.max(Duration::from_secs(60));
        config.models = Models::offline();
        config.instances = 2;
        self.guest.install(&mut config);
        Runtime::new(config).unwrap()
    }
}
