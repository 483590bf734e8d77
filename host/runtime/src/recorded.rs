//! The record of a run that goes on: what stands at its beginning and at its end.

use std::sync::Arc;

use llmspell_base::Limits;
use llmspell_base::hash::hash;
use llmspell_kernel::{Recording, Seals, Seam, Stop};
use llmspell_models::Redactor;
use llmspell_policy::Grants;
use llmspell_record::{End, Header};
use serde_json::to_vec;

use crate::ending::HostSide;
use crate::outcome::Outcome;
use crate::spell::Spell;

/// A run that is recorded. Dropped before its end, it leaves the record of a run that was killed.
pub struct Recorded(Arc<Recording>);

impl Recorded {
    /// `None`: the run is not recorded.
    pub fn begin(
        spell: &mut Spell,
        grants: &Grants,
        limits: &Limits,
        guest: &str,
        redactor: &Redactor,
    ) -> std::io::Result<Option<Recorded>> {
        let Some(out) = spell.record.take() else { return Ok(None) };
        let mut header = header(spell, grants, limits, guest);
        let seals = (!redactor.is_idle()).then(|| {
            let redactor = redactor.clone();
            Box::new(move |bytes: &[u8]| redactor.finds_in(bytes)) as Seals
        });
        if redactor.finds_in(&to_vec(&header).unwrap_or_default()) {
            header = Header {
                sealed: true,
                name: String::new(),
                source: String::new(),
                parameters: Default::default(),
                arguments: Vec::new(),
                grants: Vec::new(),
                session: None,
                model: None,
                ..header
            };
        }
        Ok(Some(Recorded(Recording::begin(out, &header, seals)?)))
    }

    /// What the listener was told before the run began.
    pub fn told(&self, notices: &[String]) {
        notices.iter().for_each(|notice| self.0.notice(notice));
    }

    pub fn seam(&self) -> Seam {
        Seam::Record(self.0.clone())
    }

    /// Writes how the run ended. The outcome holds no key any more.
    pub fn end(self, outcome: &Outcome, guest_fuel: u64, host: &HostSide) -> Result<(), Stop> {
        let problems = host.store_problems.iter().map(|(code, text)| (code.to_string(), text.clone())).collect();
        self.0.end(&End {
            outcome: outcome.ending.word().into(),
            exit_requested: outcome.exit_requested,
            result: outcome.result.clone(),
            error: outcome.error.clone(),
            ledger: outcome.ledger.clone(),
            guest_fuel,
            denied: host.denied,
            store_problems: problems,
            modules: outcome.modules.clone(),
        })
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn header(spell: &Spell, grants: &Grants, limits: &Limits, guest: &str) -> Header {
    Header {
        version: env!("CARGO_PKG_VERSION").into(),
        language: spell.language.clone(),
        guest: guest.into(),
        name: spell.name.clone(),
        source: spell.source.clone(),
        parameters: spell.parameters.clone(),
        arguments: spell.arguments.clone(),
        limits: limits.show(),
        seed: spell.seed,
        clock_ms: spell.clock.map(|clock| clock.as_millis() as u64),
        model: spell.model.clone(),
        session: spell.session.clone(),
        tenant: hash(spell.tenant.as_bytes()),
        grants: lines(grants),
        sealed: false,
    }
}

/// What was granted. Of environment variables only the names.
fn lines(grants: &Grants) -> Vec<String> {
    let names: Vec<String> = grants.environment.keys().cloned().collect();
    let lists = [
        ("models", &grants.models),
        ("tools", &grants.tools),
        ("environment", &names),
        ("read", &grants.read),
        ("write", &grants.write),
        ("network", &grants.network),
        ("mcp", &grants.mcp),
        ("secrets", &grants.secrets),
    ];
    let lists = lists.iter().filter(|(_, list)| !list.is_empty());
    let flags = [("modules", grants.modules), ("state", grants.state), ("events", grants.events)];
    let flags = flags.iter().filter(|(_, granted)| *granted).map(|(name, _)| (*name).to_owned());
    lists.map(|(name, list)| format!("{name}: {}", list.join(", "))).chain(flags).collect()
}
