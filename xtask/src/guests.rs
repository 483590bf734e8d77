//! From WIT and C to a guest that starts at a spell's first line.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use llmspell_wasm::guest;

use crate::javascript::JAVASCRIPT;
use crate::language::Language;
use crate::lua::LUA;
use crate::stamp::{self, Inputs};
use crate::toolchain::Compiler;
use crate::{bindings, glue, jq, prelude, rules, shim, snapshot, switch};

const LANGUAGES: &[Language] = &[LUA, JAVASCRIPT];

/// C files for every guest.
pub const COMMON: &str = "guests/common";

/// For every guest: no WASI but the few calls that libc makes, which `wasi.c` defines; small; the same bytes anywhere.
const FLAGS: &[&str] = &[
    "-std=gnu23",
    "-O2",
    "-s",
    "-DNDEBUG",
    "-D_GNU_SOURCE",
    "-w",
    "-mexec-model=reactor",
    // The linker's own default makes the first memory 16 MiB.
    "-Wl,-z,stack-size=1048576",
];

/// Builds the guests `names`, or all, at the same time: the C compiler uses one core for each.
pub fn build(root: &Path, names: &[String]) -> Result<()> {
    let compiler = Compiler::choose(root)?;
    let (jq, names): (Vec<String>, Vec<String>) = names.iter().cloned().partition(|name| name == guest::JQ);
    // Alone if nothing else is named.
    let languages = if jq.is_empty() || !names.is_empty() { named(&names)? } else { Vec::new() };
    if !jq.is_empty() || names.is_empty() {
        jq::build(root, &compiler).context("building jq's interpreter")?;
    }
    let build = |language: &Language| {
        build_one(root, language, &compiler).with_context(|| format!("building the guest {}", language.name))
    };
    std::thread::scope(|scope| {
        let builds: Vec<_> = languages.into_iter().map(|language| scope.spawn(|| build(language))).collect();
        let results =
            builds.into_iter().map(|built| built.join().unwrap_or_else(|_| bail!("a guest's build panicked")));
        results.collect()
    })
}

/// The guests `names`, or all.
pub fn named(names: &[String]) -> Result<Vec<&'static Language>> {
    for name in names {
        let known = LANGUAGES.iter().any(|language| language.name == name);
        ensure!(
            known,
            "no guest `{name}`: there is {}",
            LANGUAGES.iter().map(|l| l.name).collect::<Vec<_>>().join(", ")
        );
    }
    let wanted = |language: &&Language| names.is_empty() || names.iter().any(|name| name == language.name);
    Ok(LANGUAGES.iter().filter(wanted).collect())
}

fn build_one(root: &Path, language: &Language, compiler: &Compiler) -> Result<()> {
    let guests = root.join("target").join("guests");
    // Not in `guests`, which Cargo watches.
    let folder = root.join("target").join("guest-build").join(language.name);
    for folder in [&guests, &folder] {
        fs::create_dir_all(folder)?;
    }
    let component_file = guests.join(format!("{}.wasm", language.name));
    let image_file = guests.join(format!("{}.cwasm", language.name));
    // The binary carries the hash instead of the component, and need not take it at each start.
    let hash_file = guests.join(format!("{}.sha256", language.name));
    let outputs = [component_file.clone(), image_file.clone(), hash_file.clone()];
    let stamp_file = folder.join("stamp");

    let inputs = hash_inputs(root, language, compiler)?;
    let stamp = stamp::text(&inputs, &outputs);
    if stamp.is_some() && fs::read_to_string(&stamp_file).ok() == stamp {
        println!("{}: up to date", language.name);
        return Ok(());
    }

    println!("{}: compiling the interpreter and its glue", language.name);
    let core = compile(root, language, compiler, &folder)?;
    println!("{}: taking the snapshot, compiling it ahead of time", language.name);
    let core = if language.unrolls_switches { switch::unroll(&core)? } else { core };
    let ready = snapshot::take(&core)?;
    let component = wit_component::ComponentEncoder::default().module(&ready)?.validate(true).encode()?;
    let component = shim::remove(&component)?;
    let image = guest::compile(&component)?;
    stamp::write(&component_file, &component)?;
    stamp::write(&image_file, &image)?;
    stamp::write(&hash_file, guest::hash(&component).as_bytes())?;
    println!(
        "{}: {} KiB, {} KiB compiled, in target/guests",
        language.name,
        component.len() / 1024,
        image.len() / 1024
    );

    let stamp = stamp::text(&inputs, &outputs).context("what was just written is gone")?;
    stamp::write(&stamp_file, stamp.as_bytes())
}

fn hash_inputs(root: &Path, language: &Language, compiler: &Compiler) -> Result<String> {
    let mut inputs = Inputs::default();
    inputs.text("compiler", &compiler.identity()?);
    inputs.text("engine", &guest::compatibility()?);
    // The lock file names the versions of the interpreter and of every tool; xtask's sources hold flags and passes.
    inputs.file(root, &root.join("Cargo.lock"))?;
    for folder in ["wit", "xtask/src", COMMON, language.folder] {
        inputs.folder(root, &root.join(folder))?;
    }
    Ok(inputs.finish())
}

fn compile(root: &Path, language: &Language, compiler: &Compiler, folder: &Path) -> Result<Vec<u8>> {
    let interpreter = language.find_interpreter(root)?;
    let ours = root.join(language.folder);
    let changed = folder.join("changed");
    rules::apply(&language.rules.concat(), &interpreter, &changed)?;
    let core = folder.join("core.wasm");
    let mut command = compiler.command()?;
    command.args(FLAGS).args(language.flags);
    for (place, name) in [(root, "."), (changed.as_path(), language.name), (interpreter.as_path(), language.name)] {
        command.arg(format!("-ffile-prefix-map={}={name}", place.display()));
    }
    // The changed copies come first, for those that a file of ours includes.
    for place in [&changed, &interpreter, folder, &root.join(COMMON), &ours.join("src")] {
        command.arg("-I").arg(place);
    }
    command.args(c_files(&[&root.join(COMMON), &ours.join("src")])?);
    command.args(generate(root, language, folder)?);
    command.args(language.sources.iter().map(|name| rules::pick(name, &interpreter, &changed)));
    command.arg(folder.join("spell_component_type.o"));
    command.arg("-o").arg(&core);
    let status = command.status().context("running the C compiler")?;
    ensure!(status.success(), "the C compiler failed");
    fs::read(&core).context("reading what the C compiler wrote")
}

/// Writes what is made of the WIT and the prelude into `folder`, and gives its C files.
pub fn generate(root: &Path, language: &Language, folder: &Path) -> Result<Vec<PathBuf>> {
    let (wit, ours) = (root.join("wit"), c_files(&[&root.join(language.folder).join("src")])?);
    bindings::generate(&wit, folder)?;
    let imports = glue::generate(&wit, &language.writer, &ours, folder)?;
    let tables = [ours, vec![imports.clone()]].concat();
    let prelude = prelude::generate(root, language, &tables, folder)?;
    Ok(vec![folder.join("spell.c"), imports, prelude])
}

/// Our C and assembly files. `wasi.c` and the common files come first: the linker takes libc's definitions as soon as
/// something asks for one that it has not seen yet.
pub fn c_files(folders: &[&Path]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in folders {
        files.extend(stamp::sorted(folder)?);
    }
    files.retain(|path| path.extension().is_some_and(|extension| extension == "c" || extension == "s"));
    files.sort_by_key(|path| !path.ends_with("wasi.c"));
    Ok(files)
}
