use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use llmspell_wasm::replay::record::{Call, End, Entry, Header, Reader, RecordError};
use serde_json::{Value, json};

use crate::cli::play::Format;
use crate::cli::recorded::{open, values};
use crate::cli::terminal::{cut_to, plain_json, pretty, print};

/// Find where two runs part: what they were run with, the first call that is not the same, or how they ended
///
/// Exits with 1 if they do.
#[derive(clap::Args)]
pub struct Args {
    /// A record
    first: PathBuf,
    /// Another one
    second: PathBuf,
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

/// Where two runs part.
struct Parting {
    /// `None`: before the first call.
    step: Option<u64>,
    what: String,
    first: Value,
    second: Value,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let at = |path: &PathBuf| path.display().to_string();
    let mut first = open(&args.first)?.open().with_context(|| at(&args.first))?;
    let mut second = open(&args.second)?.open().with_context(|| at(&args.second))?;
    let mut parting = headers(first.header(), second.header());
    let mut step = 0;
    while parting.is_none() {
        let one = next(&mut first).with_context(|| at(&args.first))?;
        let other = next(&mut second).with_context(|| at(&args.second))?;
        step += 1;
        if matches!((&one, &other), (Next::Over(_), Next::Over(_))) && one == other {
            break;
        }
        parting = parts(step, &one, &other);
    }
    match (args.output, &parting) {
        (Format::Json, None) => print(&(pretty(&json!({ "equal": true, "calls": step - 1 })) + "\n"))?,
        (Format::Json, Some(Parting { step, what, first, second })) => {
            let shown = json!({ "equal": false, "step": step, "what": what, "first": first, "second": second });
            print(&(pretty(&shown) + "\n"))?;
        }
        (Format::Text, None) => print(&format!("the runs are the same: {} calls\n", step - 1))?,
        (Format::Text, Some(Parting { step, what, first, second })) => {
            let place = step.map_or("before the first call".into(), |step| format!("at call {step}"));
            let short = |value: &Value| cut_to(&plain_json(&value.to_string()), 400);
            print(&format!(
                "the runs part {place}: {what}\n  first   {}\n  second  {}\n",
                short(first),
                short(second)
            ))?;
        }
    }
    Ok(ExitCode::from(u8::from(parting.is_some())))
}

/// What was run, and with what.
fn headers(first: &Header, second: &Header) -> Option<Parting> {
    let (Value::Object(first), Value::Object(second)) = (json!(first), json!(second)) else { return None };
    let (name, value) = first.iter().find(|(name, value)| second.get(*name) != Some(value))?;
    let other = second.get(name).cloned().unwrap_or_default();
    Some(Parting {
        step: None,
        what: format!("what they were run with is not the same ({name})"),
        first: value.clone(),
        second: other,
    })
}

#[derive(PartialEq)]
enum Next {
    Call(Call),
    /// The end of the run, but for the time that it took; `None`: it was cut off.
    Over(Option<Value>),
}

fn next<R: std::io::Read>(reader: &mut Reader<R>) -> Result<Next, RecordError> {
    loop {
        return Ok(match reader.next()? {
            Some(Entry::Call(call)) => Next::Call(call),
            Some(Entry::End(end)) => Next::Over(Some(ended(*end))),
            None => Next::Over(None),
            Some(Entry::Shown(_) | Entry::Header(_)) => continue,
        });
    }
}

fn ended(mut end: End) -> Value {
    end.ledger.wall_time = std::time::Duration::ZERO;
    json!(end)
}

fn parts(step: u64, one: &Next, other: &Next) -> Option<Parting> {
    let shown = |next: &Next| match next {
        Next::Call(call) => {
            let (arguments, answer) = values(&call.arguments, &call.outcome);
            json!({ "call": &*call.name, "arguments": arguments, "answer": answer })
        }
        Next::Over(Some(end)) => json!({ "end": end }),
        Next::Over(None) => "cut off".into(),
    };
    let what = match (one, other) {
        _ if one == other => return None,
        (Next::Call(one), Next::Call(other)) if one.name != other.name => "they call something else".into(),
        (Next::Call(one), Next::Call(other)) if one.arguments != other.arguments => {
            format!("they call {} with other arguments", one.name)
        }
        (Next::Call(one), Next::Call(_)) => format!("{} answers something else", one.name),
        (Next::Over(_), Next::Over(_)) => "they end otherwise".into(),
        _ => "one of them is over".into(),
    };
    Some(Parting { step: Some(step), what, first: shown(one), second: shown(other) })
}
