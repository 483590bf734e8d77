#!/usr/bin/env llmspell-wasm
const text = `a
template`;
await util.sleep(1);
async function fails() { throw new RangeError("here"); }
await fails();
return text;
