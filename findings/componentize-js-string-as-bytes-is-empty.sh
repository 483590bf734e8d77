#!/usr/bin/env bash
# Guess: a JavaScript component that passes a string where its WIT says list<u8> gets a TypeError, or the string's bytes arrive.
# Instead: an empty list arrives, without an error: `write('hi')` writes nothing. A plain array of numbers works, and a
#   Uint16Array arrives as the bytes of its memory, twice as many as it has items. One looks for lost output in the host
#   first, where there is nothing to find. `new TextEncoder().encode(text)` puts it right.
# Versions: @bytecodealliance/componentize-js 0.23.0, its component run by @bytecodealliance/jco-transpile 0.15.0 in Node.
# Source: seen by running this.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm install --silent --ignore-scripts --no-audit --no-fund @bytecodealliance/componentize-js@0.23.0 \
  @bytecodealliance/jco-transpile@0.15.0
cat > world.wit <<'WIT'
package probe:bytes;
interface sink { write: func(label: string, bytes: list<u8>); }
world guest { import sink; export run: func(); }
WIT
cat > guest.js <<'JAVASCRIPT'
import { write } from 'probe:bytes/sink';
export function run() {
  write('encoded', new TextEncoder().encode('hi'));
  write('array', [104, 105]);
  write('string', 'hi');
  write('Uint16Array', new Uint16Array([104, 105]));
}
JAVASCRIPT
cat > sink.mjs <<'JAVASCRIPT'
export const write = (label, bytes) => console.log(`${label}: ${bytes.length} bytes [${bytes}]`);
JAVASCRIPT
cat > probe.mjs <<'JAVASCRIPT'
import fs from 'node:fs';
import { componentize } from '@bytecodealliance/componentize-js';
import { transpile, writeFiles } from '@bytecodealliance/jco-transpile';

const disableFeatures = ['random', 'stdio', 'clocks', 'http', 'fetch-event'];
const source = fs.readFileSync('guest.js', 'utf8');
const { component } = await componentize(source, { witPath: 'world.wit', worldName: 'guest', disableFeatures });
const map = { 'probe:bytes/sink': '../sink.mjs' };
fs.writeFileSync('guest.wasm', component);
const { files } = await transpile('guest.wasm', { name: 'guest', outDir: 'out', map });
await writeFiles(files);
fs.writeFileSync('out/package.json', '{"type": "module"}');
const { run } = await import(`${process.cwd()}/out/guest.js`);
run();
JAVASCRIPT

seen=$(node probe.mjs)
echo "$seen"
expected="encoded: 2 bytes [104,105]
array: 2 bytes [104,105]
string: 0 bytes []
Uint16Array: 4 bytes [104,0,105,0]"
[ "$seen" = "$expected" ] || { echo "not what this finding says" >&2; exit 1; }
