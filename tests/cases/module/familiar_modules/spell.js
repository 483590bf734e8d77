// Of node's modules those that need nothing of the machine, and what each gives.
import path, { join } from "node:path";
import { EventEmitter } from "events";
import assert from "node:assert";
import { setTimeout as delay } from "timers/promises";
const util = require("util"), { EOL } = require("os"), { URL: Address } = require("url");

assert.deepStrictEqual(
  [join("a", "../b", "./c.txt"), path.join(""), path.resolve("a", "/b", "../c"), path.normalize("/../a//b/"), path.basename("/x/y.tar.gz", ".gz"), path.basename("a/"),
    path.dirname("a/b/c"), path.dirname("a"), path.dirname("/a"), path.dirname("/"), path.extname("x.tar.gz"), path.extname(".rc"), path.extname("a.b/c"), path.isAbsolute("/a"),
    path.relative("a/b/c", "a/d"), path.parse("/h/u/f.txt"), path.format({ dir: "/h", base: "f" }), path.sep, path.posix === path],
  ["b/c.txt", ".", "/c", "/a/b/", "y.tar", "a", "a/b", ".", "/", "/", ".gz", "", "", true,
    "../../d", { root: "/", dir: "/h/u", base: "f.txt", ext: ".txt", name: "f" }, "/h/f", "/", true]);
assert.throws(() => path.join("a", 1), /path.join takes a path, a text, not a number/);

const heard = [], emitter = new EventEmitter();
emitter.on("turn", (n) => heard.push(n)).once("turn", (n) => heard.push("once " + n)).prependListener("turn", () => heard.push("first"));
assert(emitter.emit("turn", 1) && emitter.emit("turn", 2) && !emitter.emit("nothing"));
emitter.off("turn", heard.push);
assert.deepEqual([heard, emitter.listenerCount("turn"), emitter.eventNames()], [["first", 1, "once 1", "first", 2], 2, ["turn"]]);
assert.throws(() => emitter.emit("error", new RangeError("far")), RangeError);
setTimeout(() => emitter.emit("later", "a", "b"), 1);
assert.deepEqual(await EventEmitter.once(emitter, "later"), ["a", "b"]);

assert.equal(await delay(1, "waited"), "waited");
assert.equal(await util.promisify((n, done) => done(null, n + 1))(1), 2);
await assert.rejects(util.promisify((done) => done(new Error("failed")))(), { message: /fail/ });
assert.equal(util.format("%s has %d: %j", "a", 2, { b: [1] }), 'a has 2: {"b":[1]}');
assert(util.isDeepStrictEqual({ a: new Date(0), b: [new Map([[1, 2]])] }, { a: new Date(0), b: [new Map([[1, 2]])] }) && typeof util.sleep === "function");
assert.notDeepEqual({ a: 1 }, { a: 1, b: 2 });
const failure = (() => { try { assert.strictEqual(1, 2); } catch (error) { return error; } })();
assert.deepEqual([failure.name, failure.code, failure.message, failure instanceof Error], ["AssertionError", "ERR_ASSERTION", "1 is not 2", true]);
assert.throws(() => assert(0, "my words"), /my words/);
assert.throws(() => assert.throws(() => {}), /nothing was thrown/);
assert.equal(EOL + new Address("https://a.example/b").pathname, "\n/b");
return "ok";
