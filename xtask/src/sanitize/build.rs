//! A guest as a native program: the interpreter, our glue, and a double of the host.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, Result, ensure};

use super::processes;
use crate::language::Language;
use crate::stamp::{self, Inputs};
use crate::{glue, guests, rules};

/// The double of the host.
const DOUBLE: &str = "guests/native";

const FLAGS: &[&str] = &[
    "-std=gnu2x",
    "-O1",
    "-g",
    "-fno-omit-frame-pointer",
    "-DNDEBUG",
    "-D_GNU_SOURCE",
    "-w",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=undefined",
];

/// What memory.c of the double puts in the place of libc's.
const WRAP: &str = "-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free,--wrap=abort";

/// Glue for WebAssembly only: its memory, the calls of its libc, its exceptions.
const WASM_ONLY: &[&str] = &["malloc.c", "wasi.c", "tag.s"];

/// Builds the program, unless it is up to date.
pub fn build(root: &Path, language: &Language, folder: &Path) -> Result<PathBuf> {
    let program = folder.join("native");
    let stamp_file = folder.join("stamp");
    let inputs = hash_inputs(root, language)?;
    let outputs = [program.clone()];
    let stamp = stamp::text(&inputs, &outputs);
    if stamp.is_some() && fs::read_to_string(&stamp_file).ok() == stamp {
        return Ok(program);
    }
    println!("{}: compiling it for this machine, with sanitizers (a few minutes)", language.name);
    compile(root, language, folder, &program)?;
    let stamp = stamp::text(&inputs, &outputs).context("what was just written is gone")?;
    stamp::write(&stamp_file, stamp.as_bytes())?;
    Ok(program)
}

fn hash_inputs(root: &Path, language: &Language) -> Result<String> {
    let mut inputs = Inputs::default();
    inputs.file(root, &root.join("Cargo.lock"))?;
    for folder in ["wit", "xtask/src", DOUBLE, guests::COMMON, language.folder] {
        inputs.folder(root, &root.join(folder))?;
    }
    Ok(inputs.finish())
}

fn compile(root: &Path, language: &Language, folder: &Path, program: &Path) -> Result<()> {
    let interpreter = language.find_interpreter(root)?;
    let (changed, objects) = (folder.join("changed"), folder.join("objects"));
    rules::apply(&[&language.rules.concat(), language.native_rules].concat(), &interpreter, &changed)?;
    for path in stamp::sorted(&changed)? {
        fs::write(&path, embed(&path)?)?;
    }
    fs::create_dir_all(&objects)?;
    let mut generated = guests::generate(root, language, folder)?;
    for path in generated.iter_mut().filter(|path| path.ends_with("spell.c")) {
        let text = fs::read_to_string(&path)?;
        *path = folder.join("bindings.c");
        fs::write(&path, native_bindings(&text)?)?;
    }

    let ours = root.join(language.folder).join("src");
    let double = root.join(DOUBLE);
    let includes = [&changed, &interpreter, folder, &root.join(guests::COMMON), &ours, &double].map(PathBuf::from);
    // Which files, and whether they are the guest's: those ask for instructions of WebAssembly.
    let mut files: Vec<_> = generated.into_iter().map(|path| (path, false)).collect();
    let by_hand = guests::c_files(&[&root.join(guests::COMMON), &ours])?.into_iter();
    files.extend(by_hand.filter(|path| !WASM_ONLY.iter().any(|name| path.ends_with(name))).map(|path| (path, true)));
    let by_hand = guests::c_files(&[&double])?;
    files.push((glue::generate_doubles(&root.join("wit"), &by_hand, folder)?, false));
    files.extend(by_hand.into_iter().map(|path| (path, false)));
    files.extend(language.sources.iter().map(|name| (rules::pick(name, &interpreter, &changed), false)));

    let compile_one = |(number, (path, glue)): (usize, &(PathBuf, bool))| -> Result<PathBuf> {
        let object = objects.join(format!("{number}.o"));
        let mut command = Command::new("cc");
        // Headers that some take for granted; all of WASI's libc brings them.
        command.args(FLAGS).args(["-include", "stdint.h"]);
        command.args(language.flags.iter().filter(|flag| flag.starts_with("-D"))).args(language.native_flags);
        for place in &includes {
            command.arg("-I").arg(place);
        }
        if *glue {
            command.args(["-include", "instruction.h"]);
        }
        command.arg("-c").arg(path).arg("-o").arg(&object);
        let status = command.status().context("running cc: install gcc or clang, with its sanitizers")?;
        ensure!(status.success(), "cc failed with {}", path.display());
        Ok(object)
    };
    let left = Mutex::new(files.iter().enumerate());
    let next = || left.lock().ok()?.next();
    let made = std::thread::scope(|scope| {
        let work = || std::iter::from_fn(next).map(compile_one).collect::<Result<Vec<_>>>();
        let workers: Vec<_> = (0..processes()).map(|_| scope.spawn(work)).collect();
        let join = |worker: std::thread::ScopedJoinHandle<'_, Result<Vec<PathBuf>>>| worker.join().ok();
        workers.into_iter().map(|worker| join(worker).context("a thread has panicked")?).collect::<Result<Vec<_>>>()
    })?;
    let mut link = Command::new("cc");
    let status = link.args(FLAGS).args(made.concat()).arg("-o").arg(program).args(["-lm", WRAP]).status()?;
    ensure!(status.success(), "cc failed to link {}", program.display());
    Ok(())
}

/// Of the bindings, what does not lead to the host: their code for that takes pointers for 32 bits.
fn native_bindings(text: &str) -> Result<String> {
    let start = text.find("// Canonical ABI intrinsics").context("the bindings have no part of intrinsics")?;
    let end = text.find("// Component Adapters").context("the bindings have no part of adapters")?;
    let kept = text.get(start..end).context("the bindings' parts are in another order")?;
    Ok(format!("#include <stdlib.h>\n#include <string.h>\n#include \"spell.h\"\n{kept}"))
}

/// The scripts that a C file embeds, as numbers: not every compiler knows `#embed` yet.
fn embed(path: &Path) -> Result<String> {
    let folder = path.parent().context("a file lies in a folder")?;
    let mut text = String::new();
    for line in fs::read_to_string(path)?.lines() {
        if let Some(name) = line.strip_prefix("#embed \"").and_then(|rest| rest.strip_suffix('"')) {
            for byte in fs::read(folder.join(name)).with_context(|| format!("reading {name}"))? {
                text += &format!("{byte},");
            }
        } else {
            text += line;
        }
        text.push('\n');
    }
    Ok(text)
}
