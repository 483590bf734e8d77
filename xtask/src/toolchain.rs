//! The C compiler for the guests: a wasi-sdk if the user has one, else zig's clang from PyPI.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use anyhow::{Context, Result, bail, ensure};

const ZIG: &str = "0.17.0";

static INSTALLING: Mutex<()> = Mutex::new(());

pub enum Compiler {
    /// The `bin/clang` of the wasi-sdk at `WASI_SDK_PATH`.
    WasiSdk { clang: PathBuf },
    /// Lies in `folder` once it is installed.
    Zig { folder: PathBuf, cache: PathBuf },
}

impl Compiler {
    pub fn choose(root: &Path) -> Result<Self> {
        if let Some(sdk) = std::env::var_os("WASI_SDK_PATH").filter(|path| !path.is_empty()) {
            let clang = Path::new(&sdk).join("bin").join(format!("clang{}", std::env::consts::EXE_SUFFIX));
            ensure!(clang.is_file(), "WASI_SDK_PATH is set, but there is no {}", clang.display());
            return Ok(Self::WasiSdk { clang });
        }
        let cache = root.join("target").join("toolchain").join("zig-cache");
        Ok(Self::Zig { folder: zig_folder(root), cache })
    }

    /// What makes its output differ from another compiler's, as text.
    pub fn identity(&self) -> Result<String> {
        match self {
            Self::Zig { .. } => Ok(format!("ziglang {ZIG}")),
            Self::WasiSdk { clang } => {
                let version = Command::new(clang).arg("--version").output().context("running the wasi-sdk's clang")?;
                let version = String::from_utf8_lossy(&version.stdout);
                Ok(version.lines().next().unwrap_or_default().to_owned())
            }
        }
    }

    /// A command that compiles C for WASI. Installs the compiler first if it is not there.
    pub fn command(&self) -> Result<Command> {
        match self {
            Self::WasiSdk { clang } => {
                let mut command = Command::new(clang);
                // zig finds the runtime of setjmp by itself.
                command.args(["--target=wasm32-wasip1", "-lsetjmp"]);
                Ok(command)
            }
            Self::Zig { folder, cache } => {
                let python = python()?;
                {
                    // One of the builds installs it, the others wait.
                    let _installing = INSTALLING.lock();
                    if !folder.is_dir() {
                        install(&python, folder)?;
                    }
                }
                let mut command = Command::new(python);
                command.args(["-m", "ziglang", "cc", "-target", "wasm32-wasi"]);
                command.env("PYTHONPATH", folder).env("ZIG_GLOBAL_CACHE_DIR", cache).env("ZIG_LOCAL_CACHE_DIR", cache);
                Ok(command)
            }
        }
    }
}

/// Where zig is installed.
pub fn zig_folder(root: &Path) -> PathBuf {
    root.join("target").join("toolchain").join(format!("ziglang-{ZIG}"))
}

fn python() -> Result<OsString> {
    let works = |name: &str| {
        let status = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    match ["python3", "python"].into_iter().find(|name| works(name)) {
        Some(name) => Ok(name.into()),
        None => bail!(
            "the guests' C compiler comes from PyPI, which takes python3 with pip: install them, or set WASI_SDK_PATH to a wasi-sdk"
        ),
    }
}

fn install(python: &OsString, folder: &Path) -> Result<()> {
    println!("installing ziglang {ZIG} from PyPI into target/toolchain (compiles the guests; about 440 MB)");
    // Renamed only when complete: an interrupted install must not be taken for one.
    let unfinished = folder.with_extension(format!("{}.unfinished", std::process::id()));
    fs::create_dir_all(&unfinished)?;
    let status = Command::new(python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target"])
        .arg(&unfinished)
        .arg(format!("ziglang=={ZIG}"))
        .env("PIP_ROOT_USER_ACTION", "ignore")
        .status()
        .context("running pip")?;
    if !status.success() {
        let _ = fs::remove_dir_all(&unfinished);
        bail!(
            "`python3 -m pip install ziglang=={ZIG}` failed: is pip installed, and PyPI reachable? Or set WASI_SDK_PATH to a wasi-sdk"
        );
    }
    let renamed = fs::rename(&unfinished, folder);
    if renamed.is_err() && folder.is_dir() {
        // Someone else was faster.
        fs::remove_dir_all(&unfinished)?;
        return Ok(());
    }
    renamed.with_context(|| format!("moving the compiler to {}", folder.display()))
}
