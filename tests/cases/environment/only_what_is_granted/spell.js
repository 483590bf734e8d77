const assert = (truth) => { if (!truth) throw new Error("assertion failed"); };
assert(env.HOME === undefined && env.PATH === undefined && env.HOME === undefined && !("HOME" in env));
for (const write of [() => { env.NAME = "x"; }, () => { delete env.NAME; }, () => Object.setPrototypeOf(env, null)]) {
  try { write(); } catch (error) { assert(error.message.includes("read-only")); continue; }
  assert(false);
}
const names = Object.entries(env).map(([name, value]) => name + "=" + value);
return [env.NAME, `${env["NAME"]}`, names];
