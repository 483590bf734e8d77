// Another dialect's storage: keys without scopes, and text files.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
await storage.set("k", { n: 1 });
assert((await storage.get("k")).n === 1 && (await storage.exists("k")) && (await storage.has("k")) && (await storage.get("none", "else")) === "else", "keys");
const all = await storage.list();
await storage.delete("k");
const text = await storage.read("note.txt"), none = await storage.read("none.txt").catch(() => undefined);
const denied = await storage.write("made.txt", "x").catch((why) => why);
return [all.length, await storage.exists("k"), text, none === undefined, denied.message.length > 5];
