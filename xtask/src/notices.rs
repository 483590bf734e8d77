//! The licences of everything that the binary carries, gathered from where it was built from.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};

/// The crate whose binary is given to users.
const PRODUCT: &str = "llmspell-wasm";

/// A licence's text, and the packages under it.
type Texts = BTreeMap<String, BTreeSet<String>>;

/// Writes `target/guests/notices.txt`.
pub fn write(root: &Path) -> Result<()> {
    let options = ["--locked".to_string(), format!("--filter-platform={}", platform()?)];
    let metadata = MetadataCommand::new().current_dir(root).other_options(options).exec()?;
    let mut texts = Texts::new();
    let mut declared = BTreeSet::new();
    for package in carried(&metadata)? {
        let name = format!("{} {}", package.name, package.version);
        let licence = package.license.as_deref().unwrap_or("no licence declared");
        declared.insert(format!("{name}: {licence}"));
        for text in folder_texts(package.manifest_path.parent().context("a manifest without a folder")?.as_std_path())?
        {
            texts.entry(text).or_default().insert(name.clone());
        }
    }
    lua(root, &mut declared, &mut texts)?;
    quickjs(root, &mut declared, &mut texts)?;
    jq(root, &mut declared, &mut texts)?;
    c_library(root, &mut declared, &mut texts)?;

    let mut all = String::from("llmspell-wasm carries the following software.\n\n");
    all.extend(declared.iter().map(|line| format!("{line}\n")));
    for (text, names) in &texts {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        all += &format!("\n{}\n{}\n\n{text}\n", "=".repeat(80), names.join(", "));
    }
    let file = root.join("target/guests/notices.txt");
    if fs::read_to_string(&file).is_ok_and(|old| old == all) {
        return Ok(());
    }
    println!("notices: {} packages, {} licence texts", declared.len(), texts.len());
    fs::create_dir_all(root.join("target/guests"))?;
    fs::write(&file, all).with_context(|| format!("writing {}", file.display()))
}

/// The platform that the compiler builds for.
fn platform() -> Result<String> {
    let said = Command::new("rustc").arg("-vV").output().context("asking rustc for its platform")?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not name its platform")?.to_string())
}

/// What is linked into the product: its dependencies of the normal kind, and theirs.
fn carried(metadata: &Metadata) -> Result<Vec<&Package>> {
    let packages: HashMap<&PackageId, &Package> =
        metadata.packages.iter().map(|package| (&package.id, package)).collect();
    let resolve = metadata.resolve.as_ref().context("cargo metadata resolved nothing")?;
    let nodes: HashMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let product = metadata.packages.iter().find(|package| package.name.as_str() == PRODUCT);
    let mut waiting = vec![&product.context("the workspace has lost its product")?.id];
    let mut found = BTreeMap::new();
    while let Some(id) = waiting.pop() {
        let (Some(package), Some(node)) = (packages.get(id), nodes.get(id)) else { bail!("{id} is nowhere") };
        if found.insert(id, *package).is_some() {
            continue;
        }
        let linked = |dependency: &&cargo_metadata::NodeDep| {
            dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
        };
        waiting.extend(node.deps.iter().filter(linked).map(|dependency| &dependency.pkg));
    }
    Ok(found.into_values().filter(|package| package.name.as_str() != PRODUCT).collect())
}

/// The texts of a folder's licence files.
fn folder_texts(folder: &Path) -> Result<Vec<String>> {
    let wanted = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_uppercase()).unwrap_or_default();
        path.is_file()
            && ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"].iter().any(|s| name.starts_with(s))
    };
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?.flatten().map(|entry| entry.path()).filter(wanted).collect();
    paths.sort();
    let text =
        |path: &PathBuf| -> Result<String> { Ok(String::from_utf8_lossy(&fs::read(path)?).trim().replace('\r', "")) };
    paths.iter().map(text).collect()
}

/// Lua's own notice stands at the end of its header.
fn lua(root: &Path, declared: &mut BTreeSet<String>, texts: &mut Texts) -> Result<()> {
    let header = crate::lua::LUA.find_interpreter(root)?.join("lua.h");
    let text = fs::read_to_string(&header).with_context(|| format!("reading {}", header.display()))?;
    let notice = text.rsplit_once("/****").and_then(|(_, end)| end.split_once("****/")).map(|(notice, _)| notice);
    let notice = notice.context("lua.h has no notice at its end")?;
    let notice: Vec<&str> = notice.lines().map(|line| line.trim_start_matches('*').trim()).collect();
    declared.insert("Lua: MIT".into());
    texts.entry(notice.join("\n").trim().into()).or_default().insert("Lua".into());
    Ok(())
}

fn quickjs(root: &Path, declared: &mut BTreeSet<String>, texts: &mut Texts) -> Result<()> {
    let found = folder_texts(&crate::javascript::JAVASCRIPT.find_interpreter(root)?)?;
    anyhow::ensure!(!found.is_empty(), "QuickJS-ng has lost its licence");
    declared.insert("QuickJS-ng: MIT".into());
    for text in found {
        texts.entry(text).or_default().insert("QuickJS-ng".into());
    }
    Ok(())
}

fn jq(root: &Path, declared: &mut BTreeSet<String>, texts: &mut Texts) -> Result<()> {
    for (name, licence, folder) in [("jq", "MIT", ""), ("Oniguruma", "BSD-2-Clause", "modules/oniguruma")] {
        let found = folder_texts(&crate::jq::sources(root)?.join(folder))?;
        anyhow::ensure!(!found.is_empty(), "{name} has lost its licence");
        declared.insert(format!("{name}: {licence}"));
        for text in found {
            texts.entry(text).or_default().insert(name.into());
        }
    }
    Ok(())
}

/// The C library and the compiler's runtime are part of each guest.
fn c_library(root: &Path, declared: &mut BTreeSet<String>, texts: &mut Texts) -> Result<()> {
    let folders = match std::env::var_os("WASI_SDK_PATH").filter(|path| !path.is_empty()) {
        Some(sdk) => vec![PathBuf::from(sdk)],
        None => {
            let zig = crate::toolchain::zig_folder(root).join("ziglang");
            vec![zig.clone(), zig.join("lib/libc/musl"), zig.join("lib/libc/wasi")]
        }
    };
    declared.insert(
        "wasi-libc, with parts of musl, and the C compiler's runtime: MIT AND Apache-2.0 WITH LLVM-exception".into(),
    );
    for folder in folders {
        for text in folder_texts(&folder)? {
            texts.entry(text).or_default().insert("wasi-libc and the C compiler's runtime".into());
        }
    }
    Ok(())
}
