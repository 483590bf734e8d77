// Names of any kind are just names: no two of them meet, and none leads out of its place.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const names = [
  "a", "b", "a:b", ":", "a\0", "\0", "../a", "..", "/", "\\", "a/b", "*", "%", "'; drop table", "a\nb", " ", "a ", "A",
  "\u{e9}", "e\u{301}", "\u{430}", "\u{ff41}", "\u{202e}a", "\u{feff}a", "tenant:other", "other", "__proto__", "constructor",
  "meta", "version", "k".repeat(512),
];
for (let i = 1; i <= names.length; i++) {
  const scope = names[i - 1];
  await State.commit(names.map((key, j) => ({ op: "save", scope, key, value: i * 1000 + j + 1 })));
}
const count = async (...given) => (await State.listKeys(...given)).length;
for (let i = 1; i <= names.length; i++) {
  const scope = names[i - 1];
  assert(await count(scope) === names.length, scope);
  for (let j = 1; j <= names.length; j++) assert(await State.load(scope, names[j - 1]) === i * 1000 + j, names[j - 1]);
}
// One scope goes, and no other with it.
assert(await State.clear("a") === names.length && await count("a") === 0);
const scopes = await State.scopes();
assert(scopes.length === names.length - 1);
for (const scope of scopes) assert(await count(scope) === names.length);
// A prefix means its bytes.
assert(await count("b", "a\0") === 1 && await count("b", "../") === 1 && await count("b", "*") === 1);
// Of backups, only their ids are names.
const seen = [];
for (const id of ["", "../backup-1", "backup-1/../x", "\0", "b".repeat(65536), "backup-1"]) {
  try { await State.restore(id); } catch (problem) { seen.push(problem.code + ": " + problem.message); }
}
return seen;
