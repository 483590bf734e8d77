//! jq's own C sources as a WebAssembly module without imports: the interpreter of json-processor's queries.
//!
//! It is no guest: it has no world, knows nothing of spells, and one instance does one query.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use llmspell_wasm::guest;

use crate::guests::c_files;
use crate::language::find_sources;
use crate::rules::{self, Rule};
use crate::snapshot;
use crate::stamp::{self, Inputs};
use crate::toolchain::Compiler;

const FOLDER: &str = "guests/jq-wasm/src";
const CRATE: (&str, &str) = ("jq-src", "modules/jq");

/// Without main.c and jq_test.c; parser and lexer are there as their generators wrote them.
const JQ: &[&str] = &[
    "builtin",
    "bytecode",
    "compile",
    "execute",
    "jv",
    "jv_alloc",
    "jv_aux",
    "jv_dtoa",
    "jv_file",
    "jv_parse",
    "jv_print",
    "jv_unicode",
    "lexer",
    "linker",
    "locfile",
    "parser",
    "util",
];

/// Its regular expressions, for UTF-8 alone.
const ONIGURUMA: &[&str] = &[
    "ascii",
    "onig_init",
    "regcomp",
    "regenc",
    "regerror",
    "regexec",
    "regext",
    "regparse",
    "regsyntax",
    "regtrav",
    "regversion",
    "st",
    "unicode",
    "unicode_fold1_key",
    "unicode_fold2_key",
    "unicode_fold3_key",
    "unicode_unfold_key",
    "utf8",
];

const FLAGS: &[&str] = &[
    "-std=gnu11",
    "-O2",
    "-s",
    "-DNDEBUG",
    "-D_GNU_SOURCE",
    "-w",
    // jq asks for the person's folder, by functions that WASI has no declarations of.
    "-Wno-error=implicit-function-declaration",
    "-Wno-error=incompatible-pointer-types",
    "-mexec-model=reactor",
    "-Wl,-z,stack-size=524288",
    // What its configure script would find.
    "-DIEEE_8087=1",
    "-DHAVE_LIBONIG",
];

/// Functions of libc that are there, as the configure script spells them.
const HAVE: &str = "MEMMEM GMTIME_R GMTIME TIMEGM STRFTIME STRPTIME GETTIMEOFDAY TM_TM_GMT_OFF ACOS ACOSH ASIN ASINH ATAN \
    ATAN2 ATANH CBRT COS COSH EXP EXP2 FLOOR HYPOT J0 J1 LOG LOG10 LOG2 POW REMAINDER SIN SINH SQRT TAN TANH TGAMMA Y0 Y1 JN \
    YN CEIL COPYSIGN ERF ERFC EXP10 EXPM1 FABS FDIM FMA FMAX FMIN FMOD FREXP LOG1P LOGB MODF LGAMMA_R NEARBYINT NEXTAFTER \
    NEXTTOWARD RINT ROUND SCALBLN TRUNC LDEXP";

const ONIGURUMA_CONFIG: &str = "#define HAVE_STDLIB_H 1\n#define HAVE_STRING_H 1\n#define HAVE_SYS_TYPES_H 1\n\
    #define STDC_HEADERS 1\n#define HAVE_STDARG_PROTOTYPES 1\n#define HAVE_PROTOTYPES 1\n#define SIZEOF_INT 4\n\
    #define SIZEOF_SHORT 2\n#define SIZEOF_LONG 4\n";

/// Where jq's own files lie.
pub fn sources(root: &Path) -> Result<PathBuf> {
    find_sources(root, CRATE.0, CRATE.1)
}

/// jq reads its own functions anew for each program. Here they are read once, before the snapshot.
const RULES: &[Rule] = &[
    Rule {
        name: "its functions are read ahead",
        file: "builtin.c",
        old: "int builtins_bind(jq_state *jq, block* bb) {
",
        new: "static block prepared;

int builtins_prepare(jq_state *jq) {
  block builtins = gen_noop();
  int nerrors = builtins_bind_one(jq, &builtins, jq_builtins);
  builtins = bind_bytecoded_builtins(builtins);
  builtins = gen_cbinding(function_list, sizeof(function_list)/sizeof(function_list[0]), builtins);
  prepared = gen_builtin_list(builtins);
  return nerrors;
}

int builtins_bind(jq_state *jq, block* bb) {
",
        count: 1,
    },
    Rule {
        name: "its functions have been read",
        file: "builtin.c",
        old: "  nerrors = builtins_bind_one(jq, &builtins, jq_builtins);
  assert(!nerrors);
  builtins = bind_bytecoded_builtins(builtins);
  builtins = gen_cbinding(function_list, sizeof(function_list)/sizeof(function_list[0]), builtins);
  builtins = gen_builtin_list(builtins);
",
        new: "  builtins = prepared;
",
        count: 1,
    },
];

/// Writes jq.wasm, jq.cwasm and jq.sha256 into target/guests.
pub fn build(root: &Path, compiler: &Compiler) -> Result<()> {
    let guests = root.join("target/guests");
    let folder = root.join("target/guest-build").join(guest::JQ);
    fs::create_dir_all(&guests)?;
    fs::create_dir_all(folder.join("src"))?;
    let file = |ending: &str| guests.join(format!("{}.{ending}", guest::JQ));
    let outputs = [file("wasm"), file("cwasm"), file("sha256")];
    let stamp_file = folder.join("stamp");
    let inputs = hash_inputs(root, compiler)?;
    let stamp = stamp::text(&inputs, &outputs);
    if stamp.is_some() && fs::read_to_string(&stamp_file).ok() == stamp {
        println!("{}: up to date", guest::JQ);
        return Ok(());
    }
    println!("{}: compiling the interpreter of queries", guest::JQ);
    let wasm = snapshot::take(&compile(root, compiler, &folder)?)?;
    let image = guest::compile_module(&wasm)?;
    stamp::write(&file("wasm"), &wasm)?;
    stamp::write(&file("cwasm"), &image)?;
    stamp::write(&file("sha256"), guest::hash(&wasm).as_bytes())?;
    println!("{}: {} KiB, {} KiB compiled, in target/guests", guest::JQ, wasm.len() / 1024, image.len() / 1024);
    let stamp = stamp::text(&inputs, &outputs).context("what was just written is gone")?;
    stamp::write(&stamp_file, stamp.as_bytes())
}

fn hash_inputs(root: &Path, compiler: &Compiler) -> Result<String> {
    let mut inputs = Inputs::default();
    inputs.text("compiler", &compiler.identity()?);
    inputs.text("engine", &guest::compatibility()?);
    inputs.file(root, &root.join("Cargo.lock"))?;
    inputs.folder(root, &root.join("xtask/src"))?;
    inputs.folder(root, &root.join(FOLDER))?;
    Ok(inputs.finish())
}

fn compile(root: &Path, compiler: &Compiler, folder: &Path) -> Result<Vec<u8>> {
    let sources = sources(root)?;
    let (jq, oniguruma) = (sources.join("src"), sources.join("modules/oniguruma/src"));
    // As its Makefile does it.
    let builtins = fs::read_to_string(jq.join("builtin.jq")).context("reading builtin.jq")?;
    let quoted = builtins.lines().map(|line| format!("\"{}\\n\"\n", line.replace('\\', "\\\\").replace('"', "\\\"")));
    fs::write(folder.join("src/builtin.inc"), quoted.collect::<String>())?;
    fs::write(folder.join("src/version.h"), "#define JQ_VERSION \"1.6\"\n")?;
    fs::write(folder.join("config.h"), ONIGURUMA_CONFIG)?;
    let changed = folder.join("changed");
    rules::apply(RULES, &jq, &changed)?;
    let wasm = folder.join("core.wasm");
    let mut command = compiler.command()?;
    command.args(FLAGS).args(HAVE.split_whitespace().map(|name| format!("-DHAVE_{name}")));
    for (place, name) in [(root, "."), (sources.as_path(), "jq")] {
        command.arg(format!("-ffile-prefix-map={}={name}", place.display()));
    }
    for place in [folder, &folder.join("src"), &oniguruma, &sources, &jq, &root.join(FOLDER)] {
        command.arg("-I").arg(place);
    }
    command.args(c_files(&[&root.join(FOLDER)])?);
    command.args(JQ.iter().map(|name| rules::pick(&format!("{name}.c"), &jq, &changed)));
    command.args(ONIGURUMA.iter().map(|name| oniguruma.join(format!("{name}.c"))));
    command.arg("-o").arg(&wasm);
    let status = command.status().context("running the C compiler")?;
    ensure!(status.success(), "the C compiler failed");
    fs::read(&wasm).context("reading what the C compiler wrote")
}
