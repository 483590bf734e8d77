const says = async (name, ...texts) => {
  for (const load of [require, (name) => import(name)]) {
    const error = await (async () => load(name))().then(() => undefined, (error) => error);
    for (const text of texts) if (!error?.message.includes(text)) throw new Error(`${name}: ${error?.message}`);
    if (/\.js\.js|\/\/[^']*\.js'/.test(error.message)) throw new Error(error.message);
  }
};
await says("lib/a.js", "as './lib/a.js'");
await says("lodash", "as './lodash.js'");
await says("https://cdn.invalid/lodash", "as './name.js'", "from addresses");
await says("data:text/javascript,1", "from addresses");
await says("node:net", "no sockets", "other modules of node's");
await says("node:child_process", "can't run programs");
await says("@scope/name", "as './name.js'");
await says("axios", "fetch(url)");
await says("openai", "llm.complete");
await says("dotenv", "env.NAME");
