//! What a component says of itself by its types, held against the world: nothing of it is compiled or run.

mod types;

use llmspell_api::cli::guest::{GuestImport, GuestReport};
use wit_parser::decoding::{DecodedWasm, decode};
use wit_parser::{Interface, Resolve, SourceMap, World, WorldItem};

use types::difference;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/wit.rs"));
}

/// The world, file by file: names and texts.
pub const WIT: &[(&str, &str)] = embedded::WIT;

/// The package of the world, before its version.
const PACKAGE: &str = "llmspell:spell/";

/// The interface that a guest exports.
const GUEST: &str = "guest";

/// The interface that it may export.
const REPL: &str = "repl";

/// Lines about what is wrong; more of them help nobody.
const MOST_PROBLEMS: usize = 40;

/// Reads the types of a component and says what it imports, what it will find there, and what does not fit.
///
/// Fails where the bytes are no component, or one whose types can't be read. The reader's time and memory grow with the
/// component: for one that is not your own, call this in a child process that has bounds, as `guest check` does.
pub fn examine(wasm: &[u8]) -> Result<GuestReport, String> {
    // The reader was made for components that tools write; an assertion of its own must end no host.
    let read = std::panic::catch_unwind(|| read(wasm));
    Ok(read.unwrap_or_else(|_| Err("it is a component whose types can't be read".into()))?.told)
}

/// What is told of a component, and what is wrong with an export that it has.
struct Read {
    told: GuestReport,
    wrong_export: Option<String>,
}

/// How every file of WebAssembly begins.
const MAGIC: &[u8] = b"\0asm";

fn read(wasm: &[u8]) -> Result<Read, String> {
    if !wasm.starts_with(MAGIC) {
        return Err("it is no component, nor other WebAssembly".into());
    }
    let (theirs, world) = match decode(wasm) {
        Ok(DecodedWasm::Component(resolve, world)) => (resolve, world),
        Ok(DecodedWasm::WitPackage(..)) => return Err("it is a WIT package, and has no code".into()),
        Err(error) => {
            return Err(format!("it is no component whose types can be read: {error:#}").replace('\n', " "));
        }
    };
    let found = theirs.worlds.get(world).ok_or("it has no world")?;
    let ours = Ours::read()?;
    let told = GuestReport {
        bytes: wasm.len() as u64,
        host_version: ours.version.clone(),
        version: None,
        exports: Vec::new(),
        imports: Vec::new(),
        problems: Vec::new(),
    };
    let mut report = Read { told, wrong_export: None };
    for (name, item) in found.imports.iter().map(|(key, item)| (theirs.name_world_key(key), item)) {
        report.import(&ours, &theirs, name, item);
    }
    report.exports(&ours, &theirs, found);
    let problems = &mut report.told.problems;
    if problems.len() > MOST_PROBLEMS {
        let more = problems.len() - MOST_PROBLEMS;
        problems.truncate(MOST_PROBLEMS);
        problems.push(format!("and {more} more"));
    }
    Ok(report)
}

/// What is wrong with the exports that it has of the world's, if their types tell: missing ones are found when it is loaded.
pub(crate) fn wrong_exports(wasm: &[u8]) -> Option<String> {
    std::panic::catch_unwind(|| read(wasm)).ok()?.ok()?.wrong_export
}

/// How a problem with an export begins.
const EXPORT: &str = "export ";

/// The world of this host.
struct Ours {
    resolve: Resolve,
    version: String,
}

impl Ours {
    fn read() -> Result<Ours, String> {
        let mut map = SourceMap::new();
        WIT.iter().for_each(|(name, text)| map.push_str(name, *text));
        let group = map.parse().map_err(|(_, error)| format!("the host's own WIT: {error}"))?;
        let mut resolve = Resolve::default();
        let package = resolve.push_group(group).map_err(|error| format!("the host's own WIT: {error}"))?;
        let version = resolve.packages.get(package).and_then(|package| package.name.version.as_ref());
        let version = version.map(ToString::to_string).unwrap_or_default();
        Ok(Ours { resolve, version })
    }

    fn interface(&self, name: &str) -> Option<&Interface> {
        self.resolve.interfaces.iter().map(|(_, interface)| interface).find(|one| one.name.as_deref() == Some(name))
    }

    /// What is wrong with the functions of an interface of ours, as a component has them.
    fn compare(&self, theirs: &Resolve, name: &str, found: &Interface) -> Vec<String> {
        let Some(expected) = self.interface(name) else { return vec![format!("{name}: there is no such interface")] };
        let wrong = |(function, found): (&String, &wit_parser::Function)| match expected.functions.get(function) {
            None => Some(format!("{name}.{function}: there is no such function")),
            Some(expected) => {
                let (expected, found) = difference((&self.resolve, expected), (theirs, found))?;
                Some(format!("{name}.{function}: expected {expected}; found {found}"))
            }
        };
        found.functions.iter().filter_map(wrong).collect()
    }
}

/// The name of one of our interfaces, and the version, of a name such as "llmspell:spell/agent@0.1.0".
fn own(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix(PACKAGE)?.split_once('@')
}

/// Whether the engine takes one version for the other: up to the first number that is not 0.
fn compatible(one: &str, other: &str) -> bool {
    let key = |version: &str| {
        let numbers = version.split(['.', '-', '+']).map(String::from);
        let mut key: Vec<String> = Vec::new();
        for number in numbers.take(3) {
            let last = number != "0";
            key.push(number);
            if last {
                break;
            }
        }
        (key, version.contains('-').then(|| version.to_owned()))
    };
    key(one) == key(other)
}

fn interface_of<'a>(resolve: &'a Resolve, item: &WorldItem) -> Option<&'a Interface> {
    match item {
        WorldItem::Interface { id, .. } => resolve.interfaces.get(*id),
        _ => None,
    }
}

impl Read {
    fn import(&mut self, ours: &Ours, theirs: &Resolve, name: String, item: &WorldItem) {
        let found = match own(&name) {
            Some((interface, version)) if compatible(version, &ours.version) => {
                let wrong = interface_of(theirs, item).map(|found| ours.compare(theirs, interface, found));
                self.told.problems.extend(wrong.into_iter().flatten().map(|problem| format!("import {problem}")));
                "ours".to_owned()
            }
            Some((interface, version)) => {
                let problem = format!("import {interface}: of version {version}; this host has {}", ours.version);
                self.told.problems.push(problem);
                "of another version".to_owned()
            }
            None => match llmspell_capability_wasi::what_is_there(&name) {
                Some(found) => found.to_owned(),
                None => {
                    self.told.problems.push(refusal(&name));
                    "nothing: it can't be loaded".to_owned()
                }
            },
        };
        self.told.imports.push(GuestImport { name, found });
    }

    fn exports(&mut self, ours: &Ours, theirs: &Resolve, found: &World) {
        let mut has_guest = false;
        for (name, item) in found.exports.iter().map(|(key, item)| (theirs.name_world_key(key), item)) {
            if let Some((REPL, version)) = own(&name) {
                self.prompt(ours, theirs, version, item);
                continue;
            }
            let Some((GUEST, version)) = own(&name) else {
                // More than the world has is nobody's harm.
                self.told.exports.push(name);
                continue;
            };
            self.told.version = Some(version.to_owned());
            has_guest = true;
            if !compatible(version, &ours.version) {
                self.wrong(format!("{GUEST}: of version {version}; this host has {}", ours.version));
                continue;
            }
            let Some(interface) = interface_of(theirs, item) else { continue };
            let wrong = ours.compare(theirs, GUEST, interface);
            wrong.into_iter().for_each(|problem| self.wrong(problem));
            for function in ours.interface(GUEST).into_iter().flat_map(|guest| guest.functions.keys()) {
                match interface.functions.contains_key(function) {
                    true => self.told.exports.push(format!("{GUEST}.{function}")),
                    false => self.told.problems.push(format!("{EXPORT}{GUEST}.{function}: is missing")),
                }
            }
        }
        if !has_guest {
            self.told.problems.push(format!("{EXPORT}{GUEST}: is missing ({PACKAGE}{GUEST}@{})", ours.version));
        }
    }

    /// Runs do without it: what is wrong with it keeps no guest from being loaded.
    fn prompt(&mut self, ours: &Ours, theirs: &Resolve, version: &str, item: &WorldItem) {
        if !compatible(version, &ours.version) {
            let problem = format!("{EXPORT}{REPL}: of version {version}; this host has {}", ours.version);
            return self.told.problems.push(problem);
        }
        let Some(interface) = interface_of(theirs, item) else { return };
        let wrong = ours.compare(theirs, REPL, interface);
        self.told.problems.extend(wrong.into_iter().map(|problem| format!("{EXPORT}{problem}")));
        self.told.exports.extend(interface.functions.keys().map(|function| format!("{REPL}.{function}")));
    }

    fn wrong(&mut self, problem: String) {
        let problem = format!("{EXPORT}{problem}");
        self.wrong_export.get_or_insert_with(|| problem.clone());
        self.told.problems.push(problem);
    }
}

/// Why an import can't be had, and how the toolchain leaves it out.
pub(crate) fn refusal(name: &str) -> String {
    let advice = match name {
        _ if name.starts_with("wasi:http/") => {
            ": requests go by the interface `network`; build it without, with `jco componentize` by `-d all`"
        }
        _ if name.contains("@0.3.") => ": of WASI, guests get 0.2",
        _ => ", which no guest gets",
    };
    format!("import {name}{advice}")
}

/// What the engine says of built-ins that wait by themselves, with the way to leave them out.
pub(crate) fn advise(problem: String) -> String {
    if problem.contains("component model async") {
        return format!(
            "{problem}: work that takes time goes by the interface `operation`; build it without async, with \
             `jco componentize --backend quickjs` by `--backend-qjs-disable-async`"
        );
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compatible_as_the_engine_takes_them() {
        for (one, other, same) in [
            ("0.1.0", "0.1.9", true),
            ("0.1.0", "0.2.0", false),
            ("0.0.1", "0.0.2", false),
            ("1.0.0", "1.2.0", true),
            ("0.1.0", "1.0.0", false),
            ("0.1.0", "0.1.0-rc1", false),
        ] {
            assert_eq!(compatible(one, other), same, "{one} {other}");
        }
    }

    #[test]
    fn what_does_not_fit_is_told_by_function_expected_and_found() {
        let wasm = wat::parse_str(
            r#"(component
                (import "llmspell:spell/output@0.1.0" (instance (export "write" (func (param "bytes" string)))))
                (import "llmspell:spell/clock@0.9.0" (instance (export "now" (func (result u64)))))
                (import "wasi:http/types@0.2.10" (instance))
                (import "wasi:random/random@0.2.0" (instance))
                (core module $m (func (export "f")))
                (core instance $i (instantiate $m))
                (func $f (canon lift (core func $i "f")))
                (instance $g (export "run" (func $f)) (export "check" (func $f)))
                (export "llmspell:spell/guest@0.1.0" (instance $g)))"#,
        )
        .unwrap();
        let report = examine(&wasm).unwrap();
        let all = report.problems.join("\n");
        for part in [
            "import output.write: expected func(bytes: list<u8>); found func(bytes: string)",
            "import clock: of version 0.9.0",
            "import wasi:http/types@0.2.10: requests go by",
            "export guest.run: expected func(request: record {",
            "export guest.describe: is missing",
        ] {
            assert!(all.contains(part), "{part}\n{all}");
        }
        assert_eq!(report.problems.len(), 6, "{all}");
        assert!(report.imports.iter().any(|one| one.found.contains("--seed")), "{report:?}");
        assert!(wrong_exports(&wasm).unwrap().starts_with("export guest.run: expected"));
        assert!(examine(b"hello").is_err());
    }
}
