use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::ValueEnum;
use llmspell_wasm::guest::WIT;

use crate::cli::installed::check_name;
use crate::cli::terminal;

/// Make a folder for a new language: sources, the WIT, the kit's spells, and one command that builds it
#[derive(clap::Args)]
pub struct Args {
    /// The language's name, and that of the folder
    name: String,
    /// What it is written in
    #[arg(long, value_name = "TOOLCHAIN")]
    from: Toolchain,
}

#[derive(Clone, Copy, ValueEnum)]
enum Toolchain {
    Rust,
    C,
    Wat,
}

/// A file of a template: its path, and its text.
type File = (&'static str, &'static str);

/// A text of sdk/templates.
macro_rules! template {
    ($path:literal) => {
        include_str!(concat!("../../../../../sdk/templates/", $path))
    };
}

const RUST: &[File] = &[
    ("Cargo.toml", template!("rust/Cargo.toml.txt")),
    ("rust-toolchain.toml", template!("rust/rust-toolchain.toml.txt")),
    ("src/lib.rs", template!("rust/src/lib.rs.txt")),
    ("Makefile", template!("rust/Makefile")),
];
const C: &[File] = &[("guest.c", template!("c/guest.c")), ("Makefile", template!("c/Makefile"))];
const WAT: &[File] = &[
    ("guest.wat", template!("wat/guest.wat")),
    ("Makefile", template!("wat/Makefile")),
    ("spells/basics/prints.EXTENSION", "one\nzwölf\n"),
];
/// Spells in the language of the templates for Rust and C.
const LINES: &[File] = &[
    ("spells/basics/prints.EXTENSION", "print one\nprint zwölf\n"),
    ("spells/errors/raises.EXTENSION", "# An error in line 2.\nfail boom\n"),
    ("spells/cancellation/waits.EXTENSION", "print waiting\nsleep 600000\n"),
];
const ALL: &[File] = &[
    ("README.md", template!("common/README.md")),
    (".github/workflows/test.yml", template!("common/test.yml")),
    (".gitignore", template!("common/gitignore.txt")),
    ("spells/basics/returns_nothing.EXTENSION", ""),
];

pub fn exec(args: &Args) -> anyhow::Result<ExitCode> {
    check_name(&args.name)?;
    let folder = PathBuf::from(&args.name);
    if folder.exists() {
        bail!("{}: there is something of this name already; choose another, or remove it", folder.display());
    }
    let own = match args.from {
        Toolchain::Rust => [RUST, LINES].concat(),
        Toolchain::C => [C, LINES].concat(),
        Toolchain::Wat => WAT.to_vec(),
    };
    let extension = extension(&args.name);
    let fill = |text: &str| {
        // Lengths as bytes of a text in WAT.
        let text = text.replace("LENGTH_OF_NAME", &format!("{:02x}", args.name.len()));
        let text = text.replace("LENGTH_OF_EXTENSION", &format!("{:02x}", extension.len()));
        text.replace("EXTENSION", &extension).replace("NAME", &args.name)
    };
    for (path, text) in own.iter().chain(ALL) {
        write(&folder.join(fill(path)), &fill(text))?;
    }
    for (path, text) in WIT {
        write(&folder.join("wit").join(path), text)?;
    }
    let name = &args.name;
    terminal::print(&format!(
        "made {name}/: `make -C {name}` builds {name}.wasm, `make -C {name} test` plays the kit's cases with it\n"
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Letters and digits of the name.
fn extension(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).take(16).collect()
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder).and_then(|()| fs::write(file, text)).with_context(|| file.display().to_string())
}
