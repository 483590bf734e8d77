use std::path::PathBuf;
use std::process::ExitCode;

use llmspell_wasm::{CancellationToken, Config, Ending, Runtime, hash};

use crate::cli::installed::{Image, Installed, Record, check_apart, check_extensions, check_name};
use crate::cli::{System, guest_file, signals, terminal};

/// Compile a component once and keep it: from then on, spells in its language run by their extension
#[derive(clap::Args)]
pub struct Args {
    /// The component
    file: PathBuf,
    /// What spells in it go by, in place of the name that it gives itself
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
    /// The extensions of its files, in place of those that it names itself
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    extensions: Option<Vec<String>>,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    // Before minutes are spent.
    args.name.as_deref().map(check_name).transpose()?;
    args.extensions.as_deref().map(check_extensions).transpose()?;
    let wasm = guest_file::read(&args.file)?;
    match signals::run(async |cancel| install(args, wasm, cancel).await).map_err(System)?? {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err((ending, problem)) => {
            crate::cli::complain(&format!("{}: {problem}", ending.word()));
            Ok(ExitCode::from(ending.exit_code()))
        }
    }
}

async fn install(
    args: Args,
    wasm: Vec<u8>,
    cancel: &CancellationToken,
) -> anyhow::Result<Result<(), (Ending, String)>> {
    let shown = args.file.display().to_string();
    let report = match guest_file::examine(&shown, &wasm, cancel).await {
        Ok(report) => report,
        Err(refused) => return Ok(Err(refused)),
    };
    if let Some(problem) = report.problems.first() {
        let more = if report.problems.len() > 1 { "; `guest check` shows all" } else { "" };
        return Ok(Err((Ending::InvalidGuest, format!("{shown}: {problem}{more}"))));
    }
    let image = match guest_file::compile(&shown, &wasm, cancel, None).await {
        Ok(image) => image,
        Err(refused) => return Ok(Err(refused)),
    };
    let mut config = Config::from_toml("", &|_| None)?;
    config.instances = 1;
    config.guests.insert(guest_file::CUSTOM.into(), guest_file::compiled(hash(&wasm), image.clone(), Vec::new()));
    let runtime = Runtime::new(config)?;
    let said = tokio::select! {
        biased;
        () = cancel.cancelled() => return Ok(Err((Ending::Cancelled, "the installation was cancelled".into()))),
        said = runtime.describe(guest_file::CUSTOM) => said,
    };
    let said = match said {
        Ok(said) => said,
        Err(fault) => return Ok(Err((Ending::InvalidGuest, format!("{shown}: {}", fault.message)))),
    };
    let record = Record {
        name: args.name.unwrap_or(said.name),
        version: said.version.chars().take(64).collect(),
        extensions: args.extensions.unwrap_or(said.extensions),
        imports: said.imports,
        hash: hash(&wasm),
        bytes: wasm.len() as u64,
        images: vec![Image::of(&image)?],
    };
    check_name(&record.name)?;
    check_extensions(&record.extensions)?;
    let installed = Installed::open()?;
    check_apart(&record, &installed.all()?.records)?;
    installed.put(&record, &wasm, &image)?;
    terminal::print(&format!(
        "installed {} {} (.{}), compiled to {} bytes\n",
        record.name,
        terminal::one_line(&record.version),
        record.extensions.join(", ."),
        image.len()
    ))?;
    Ok(Ok(()))
}
