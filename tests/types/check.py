"""Checks the JavaScript cases, spells and examples against the declarations with `tsc --strict`, and that the mistakes of
tests/types/mistakes are refused. Arguments: the binary, a folder to work in (with typescript below node_modules)."""

import json
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
binary, work = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
def listed(name):
    return {line.split("#")[0].strip() for line in (root / "tests/types" / name).read_text().splitlines()} - {""}


wrong, unread = listed("wrong.txt"), listed("unread.txt")


def wrap(text):
    """A spell is the body of an asynchronous function, unless it imports or exports."""
    text = re.sub(r"\A#!", "//", text)
    if re.search(r"^(import|export)\b", text, re.M):
        return text
    return "(async function spell() {" + text + "\n});\nexport {};\n"


def is_json(text):
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def check(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for old in [path for path in folder.rglob("*.js*") if path.is_file()]:
        old.unlink()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    options = {
        "strict": True, "noImplicitAny": False, "useUnknownInCatchVariables": False, "resolveJsonModule": True, "checkJs": True, "allowJs": True, "noEmit": True, "target": "es2023",
        "lib": ["es2024", "esnext.disposable", "esnext.iterator"], "module": "esnext", "moduleResolution": "bundler",
        "moduleDetection": "force", "types": [],
    }
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "include": ["**/*.js", "*.d.ts"]}))
    # Files that `require` loads have `module` and `exports`; node's own modules are there in part.
    ambient = ["declare const module: {exports: any}", "declare const exports: any"]
    nodes = ("fs", "fs/promises", "path", "util", "events", "assert", "url")
    ambient += [f"declare module '{name}'; declare module 'node:{name}';" for name in nodes]
    (folder / "files.d.ts").write_text("\n".join(ambient) + "\n")
    subprocess.run([binary, "types", "--lang", "javascript", "--to", folder], check=True, stderr=subprocess.DEVNULL)
    told = subprocess.run([work / "node_modules/.bin/tsc", "-p", folder], capture_output=True, text=True, cwd=folder)
    # With mistakes it ends with 1 or 2 and lines on standard output alone.
    if told.stderr or (told.returncode and "error TS" not in told.stdout):
        sys.exit(f"tsc did not come to an end: {told.stderr[-2000:]}")
    return re.findall(r"^(.+?)\((\d+),(\d+)\): error (TS\d+): (.*)$", told.stdout, re.M)


def name_of(path):
    return str(path.relative_to(root))


# Hostile input is for the runtime, not for a compiler.
hostile = root / "tests/cases/hostile"
paths = [path for place in ("tests/cases", "tests/spells", "examples") for path in sorted((root / place).rglob("*.js")) if hostile not in path.parents]
paths = [path for path in paths if name_of(path) not in unread]
data = [path for path in (root / "tests").rglob("*.json")] + [path for path in (root / "examples").rglob("*.json")]
files = {name_of(path): path.read_text(errors="replace") for path in data if is_json(path.read_text(errors="replace"))} | {name_of(path): wrap(path.read_text()) for path in paths}
found = check(work / "right", files)
bad = {file for file, *_ in found}
for file, line, column, code, text in found:
    if file not in wrong:
        print(f"{file}:{line}:{column}: {code} {text}")
problems = len(bad - wrong)
for file in sorted(wrong - bad):
    print(f"tests/types/wrong.txt: {file} has no mistake")
    problems += 1

mistakes = sorted((root / "tests/types/mistakes").glob("*.js"))
found = check(work / "mistakes", {path.name: wrap(path.read_text()) for path in mistakes})
for path in mistakes:
    if not any(file == path.name for file, *_ in found):
        print(f"{name_of(path)}: it is not refused")
        problems += 1
print(f"{len(paths)} files, {len(bad & wrong)} of them wrong on purpose; {len(mistakes)} mistakes; {problems} problems")
sys.exit(1 if problems else 0)
