//! Languages of third parties: checked, tested, installed, run by their extension, removed.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use llmspell_testkit::component;

use crate::harness::Harness;

/// The template's guest: what it prints is the spell's text.
fn template() -> Vec<u8> {
    let core = include_str!("../../sdk/templates/wat/guest.wat");
    let core = core.replace("LENGTH_OF_NAME", "08").replace("LENGTH_OF_EXTENSION", "03");
    component(&core.replace("EXTENSION", "vrb").replace("NAME", "verbatim"), "", "")
}

fn place(harness: &Harness) -> PathBuf {
    harness.path(".local/share/llmspell/guests/verbatim")
}

#[test]
fn an_installed_language_runs_by_its_extension_and_is_removed() {
    let harness = Harness::new().with("verbatim.wasm", template()).with("hello.vrb", "hello\n");
    harness.run(&["run", "hello.vrb"]).refuses(2, &["its extension names no language", ".lua"]);
    let installed = harness.run(&["guest", "install", "verbatim.wasm"]);
    assert!(installed.code == 0 && installed.out.starts_with("installed verbatim 0.1 (.vrb)"), "{}", installed.err);
    harness.run(&["run", "hello.vrb", "--receipt", "receipt.json"]).is(0, "hello\n", "");
    assert_eq!(harness.json("receipt.json")["language"], "verbatim");
    harness.run(&["exec", "--lang", "vrb", "text"]).is(0, "text", "");
    harness.run(&["validate", "hello.vrb"]).is(0, "", "");
    // Its guest exports no more than it has to.
    harness.run_with_input(&["repl", "--lang", "vrb"], "x\n").refuses(5, &["has no prompt", "wit/repl.wit"]);
    for arguments in [&["info"][..], &["guest", "list"], &["guest", "info", "verbatim"]] {
        let ran = harness.run(arguments);
        assert!(ran.code == 0 && ran.out.contains("verbatim") && ran.out.contains("vrb"), "{}{}", ran.out, ran.err);
    }
    let harness = harness.with("p.toml", "[languages]\nallow = [\"lua\"]\n");
    harness.run(&["run", "hello.vrb", "--policy", "p.toml"]).refuses(3, &["the language 'verbatim' is not granted"]);
    // Again, over what is there.
    assert_eq!(harness.run(&["guest", "install", "verbatim.wasm"]).code, 0);
    harness.run(&["guest", "remove", "verbatim"]).is(0, "", "");
    harness.run(&["guest", "remove", "verbatim"]).refuses(2, &["not installed"]);
    assert!(!place(&harness).exists());
}

#[test]
fn what_others_could_have_changed_is_not_run() {
    let harness = Harness::new().with("verbatim.wasm", template()).with("hello.vrb", "hello\n");
    assert_eq!(harness.run(&["guest", "install", "verbatim.wasm"]).code, 0);
    let folder = place(&harness);
    let image = || {
        let mut files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        files.find(|file| file.extension().is_some_and(|extension| extension == "cwasm")).unwrap()
    };
    let image = image();
    assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(std::fs::metadata(&image).unwrap().permissions().mode() & 0o777, 0o600);
    let mode = |path: &PathBuf, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    mode(&folder, 0o770);
    harness.run(&["run", "hello.vrb"]).refuses(2, &["others may use it", "chmod 700"]);
    mode(&folder, 0o700);
    mode(&image, 0o666);
    harness.run(&["run", "hello.vrb"]).refuses(5, &["invalid-guest", "others may use it", "chmod 600"]);
    mode(&image, 0o600);
    let mut bytes = std::fs::read(&image).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&image, bytes).unwrap();
    harness.run(&["run", "hello.vrb"]).refuses(5, &["invalid-guest", "it is not what was installed"]);
    // What was compiled for another engine is compiled anew.
    let record = std::fs::read_to_string(folder.join("guest.json")).unwrap();
    let at = record.find("\"compatibility\": \"").unwrap() + 18;
    let record = format!("{}{}{}", &record[..at], "0123456789abcdef", &record[at + 16..]);
    std::fs::write(folder.join("guest.json"), record).unwrap();
    assert!(harness.run(&["guest", "list"]).out.contains("compiles it anew"));
    // However little time the run has; and where it can't be kept, it runs from memory.
    mode(&folder, 0o500);
    let ran = harness.run(&["run", "hello.vrb", "--timeout", "1s"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "hello\n"), "{}", ran.err);
    let kept = rustix::process::geteuid().is_root();
    assert!(
        ran.err.contains("is compiled for this version") && ran.err.contains("can't be kept") != kept,
        "{}",
        ran.err
    );
    mode(&folder, 0o700);
    harness.run(&["run", "hello.vrb"]);
    assert!(!harness.run(&["guest", "list"]).out.contains("compiles it anew"));
}

#[test]
fn what_is_broken_in_the_folder_keeps_no_other_language_from_use() {
    let harness = Harness::new().with("verbatim.wasm", template()).with("hello.vrb", "hello\n").with("a.foo", "");
    assert_eq!(harness.run(&["guest", "install", "verbatim.wasm"]).code, 0);
    std::fs::create_dir(place(&harness).with_file_name("Foo")).unwrap();
    harness.run(&["run", "hello.vrb"]).is(0, "hello\n", "");
    harness.run(&["run", "a.foo"]).refuses(2, &["its extension names no language", "Foo"]);
    let ran = harness.run(&["guest", "list"]);
    assert!(
        ran.code == 0 && ran.out.contains("verbatim") && ran.err.contains("guest remove Foo"),
        "{}{}",
        ran.out,
        ran.err
    );
    harness.run(&["guest", "remove", "Foo"]).is(0, "", "");
    harness.run(&["guest", "remove", "../verbatim"]).refuses(2, &["is no name of a language"]);
    assert_eq!(harness.run(&["guest", "list"]).err, "");
}

#[test]
fn spells_of_a_language_that_can_be_used_are_looked_at_beside_one_that_can_not() {
    let harness = Harness::new().with("verbatim.wasm", template()).with("hello.vrb", "").with("a.lua", "return +");
    assert_eq!(harness.run(&["guest", "install", "verbatim.wasm"]).code, 0);
    for entry in std::fs::read_dir(place(&harness)).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.extension().is_some_and(|extension| extension == "cwasm") {
            std::fs::write(entry, "x").unwrap();
        }
    }
    let ran = harness.run(&["validate", "hello.vrb", "a.lua"]);
    assert!(
        ran.code == 5 && ran.err.contains("it is not what was installed") && ran.err.contains("a.lua:1"),
        "{}",
        ran.err
    );
}

#[test]
fn a_grant_of_the_home_folder_does_not_reach_installed_languages() {
    let harness = Harness::new().with("verbatim.wasm", template());
    // Before anything is installed, and after.
    for made in [false, true] {
        for name in [".local/share/llmspell/guests/verbatim/guest.json", ".config/llmspell/llmspell.toml"] {
            let spell = format!("return assert(io.open('{name}', 'w'))");
            let arguments = ["exec", "--lang", "lua", "--allow-write", ".", "--allow-read", ".", &spell];
            let ran = harness.run(&arguments);
            assert!(ran.code != 0 && ran.err.contains("no grant reaches it"), "{}{}", ran.out, ran.err);
            assert!(made || !harness.path(name).exists());
        }
        assert_eq!(harness.run(&["guest", "install", "verbatim.wasm"]).code, 0);
    }
}

#[test]
fn a_component_that_lies_about_its_language_is_not_installed() {
    let core = include_str!("../../sdk/templates/wat/guest.wat");
    let named = |name: &str, extension: &str| {
        let core = core.replace("LENGTH_OF_NAME", &format!("{:02x}", name.len()));
        let core = core.replace("LENGTH_OF_EXTENSION", &format!("{:02x}", extension.len()));
        component(&core.replace("EXTENSION", extension).replace("NAME", name), "", "")
    };
    for (name, extension, part) in [
        ("lua", "x", "the name 'lua' is taken"),
        ("custom", "x", "the name 'custom' is taken"),
        ("../../x", "x", "is no name of a language"),
        ("\\1b[2Jx", "x", "is no name of a language"),
        ("js", "x", "the name 'js' is taken"),
        ("mine", "javascript", "files .javascript are"),
        ("mine", "lua", "files .lua are of a language of this program"),
        ("mine", "a/b", "its extensions have to be"),
    ] {
        let harness = Harness::new().with("guest.wasm", named(name, extension));
        harness.run(&["guest", "install", "guest.wasm"]).refuses(2, &[part]);
        assert!(!harness.path(".local/share/llmspell/guests").exists());
    }
    let harness = Harness::new().with("guest.wasm", named("lua", "lua"));
    let ran = harness.run(&["guest", "install", "guest.wasm", "--as", "moon", "--extensions", "moon,mn"]);
    assert!(ran.code == 0 && ran.out.starts_with("installed moon 0.1 (.moon, .mn)"), "{}", ran.err);
    let harness = harness.with("other.wasm", named("other", "mn"));
    harness.run(&["guest", "install", "other.wasm"]).refuses(2, &["'moon' is installed for .moon, .mn already"]);
}

#[test]
fn a_check_tells_function_expected_and_found() {
    let harness = Harness::new().with("verbatim.wasm", template()).with("nothing.wasm", "hello");
    let ran = harness.run(&["guest", "check", "verbatim.wasm"]);
    assert!(ran.code == 0 && ran.out.contains("built for 0.1.0"), "{}{}", ran.out, ran.err);
    harness.run(&["guest", "check", "nothing.wasm"]).refuses(5, &["it is no component"]);
    let wrong = "(component (core module $m (func (export \"f\"))) (core instance $i (instantiate $m)) \
        (func $f (canon lift (core func $i \"f\"))) (instance $g (export \"run\" (func $f))) \
        (export \"llmspell:spell/guest@0.1.0\" (instance $g)))";
    let harness = harness.with("wrong.wasm", wat::parse_str(wrong).unwrap()).with("a.lua", "return 1");
    let ran = harness.run(&["guest", "check", "wrong.wasm"]);
    assert_eq!(ran.code, 5);
    assert!(ran.out.contains("export guest.run: expected func(request: record {"), "{}", ran.out);
    let told = ["invalid-guest", "its exports are not those of the world", "expected func(request"];
    harness.run(&["run", "a.lua", "--guest", "wrong.wasm"]).refuses(5, &told);
    harness.run(&["guest", "install", "wrong.wasm"]).refuses(5, &["export guest.", "shows all"]);
    for (text, part) in [
        ("(component (import \"wasi:http/types@0.2.10\" (instance)))", "`-d all`"),
        ("(component (core func (canon task.cancel)))", "--backend-qjs-disable-async"),
    ] {
        let harness = Harness::new().with("guest.wasm", wat::parse_str(text).unwrap()).with("a.lua", "return 1");
        harness.run(&["run", "a.lua", "--guest", "guest.wasm"]).refuses(5, &["invalid-guest", part]);
    }
}

#[test]
fn a_new_guest_has_all_that_it_is_built_of() {
    let harness = Harness::new();
    for from in ["rust", "c", "wat"] {
        let name = format!("my-{from}");
        let ran = harness.run(&["guest", "new", &name, "--from", from]);
        assert!(ran.code == 0 && ran.out.contains("make -C"), "{}", ran.err);
        for file in
            ["Makefile", "README.md", "wit/world.wit", ".github/workflows/test.yml", "spells/basics/returns_nothing.my"]
        {
            let file = file.replace(".my", &format!(".my{from}"));
            let text = harness.read(&format!("{name}/{file}"));
            assert!(!text.contains("EXTENSION") && !text.contains("NAME.wasm"), "{file}: {text}");
        }
        harness.run(&["guest", "new", &name, "--from", from]).refuses(2, &["there is something of this name already"]);
    }
    harness.run(&["guest", "new", "lua", "--from", "wat"]).refuses(2, &["the name 'lua' is taken"]);
    // What `make` of the template for WAT does with wasm-tools.
    let core = harness.read("my-wat/guest.wat");
    std::fs::write(harness.path("my.wasm"), component(&core, "", "")).unwrap();
    let spells = harness.path("my-wat/spells");
    let tested =
        harness.run(&["guest", "test", "my.wasm", "--extension", "mywat", "--spells", spells.to_str().unwrap()]);
    assert_eq!(tested.code, 0, "{}{}", tested.out, tested.err);
    assert!(tested.out.contains("basics        2 of 5 passed"), "{}", tested.out);
    let all = ["guest", "test", "my.wasm", "--extension", "mywat", "--all", "--spells", spells.to_str().unwrap()];
    assert_eq!(harness.run(&all).code, 1);
    std::fs::write(spells.join("basics/returns.mywat"), "x").unwrap();
    let tested =
        harness.run(&["guest", "test", "my.wasm", "--extension", "mywat", "--spells", spells.to_str().unwrap()]);
    assert_eq!(tested.code, 1);
    assert!(tested.out.contains("the result: expected {\"text\":\"hello\",\"n\":2}; found none"), "{}", tested.out);
}
