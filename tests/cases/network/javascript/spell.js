const why = (work) => { try { work(); return "nothing"; } catch (problem) { return problem.name; } };
const headers = new Headers();
const asked = new Request("http://server.test/", { method: "POST", body: "x" }), copy = asked.clone();
const first = await (await fetch(asked)).text();
const again = await fetch(asked).catch((problem) => problem.name);
const second = await (await fetch(copy)).text();
return [
  why(() => headers.append("a b", "x")), why(() => headers.set("", "x")), why(() => headers.append("a", "x\r\nb: c")), why(() => headers.set("a", "x\0")),
  why(() => new Headers({ "ä": "x" })), why(() => headers.append("X-Own", " v ")), headers.get("x-own"), first, asked.bodyUsed, again, second,
];
