const shown = (init) => { try { return String(new URLSearchParams(init)); } catch (error) { return error.name; } };
const made = ["", "?a=1&b=2&a=3", "a", "=x", "&&a=b&", "a=b=c", "a+b=c%20d", "%zz=%e4", "é=ü", "a=*-._~!'()$,:@/?", undefined, null, 5,
  [["a", 1], ["b", null]], { x: 1, y: "a b" }, new Map([["m", 2]]), [["a"]], [1]].map(shown);
const p = new URLSearchParams("b=2&a=1&b=3&c=");
const seen = [p.get("b"), p.get("z"), p.getAll("b"), p.has("b", "3"), p.has("b", "4"), p.size, [...p.keys()], [...p.values()]];
p.append("d", "x y");
p.set("b", "&=");
p.delete("c", "no");
p.delete("a");
seen.push(String(p));
p.append("a", "é");
p.sort();
seen.push([...p], JSON.stringify(Object.fromEntries(p)));
p.forEach((value, name, all) => seen.push(name + value + (all === p)));
for (const [name] of p) if (p.size < 6) p.append(name + "+", "");
return [made, seen, String(p)];
