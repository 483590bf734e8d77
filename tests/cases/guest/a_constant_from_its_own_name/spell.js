// `const X = X.…` always throws, so that the global is meant; of names that are the prelude's, and in this form alone.
const llm = llm.agent({ name: "T" });
const util = await util.sleep(1), Agent = Agent.create, JSON2 = globalThis.JSON;
const inner = (() => { const Tool = /* a comment */ Tool /* and another */ . list(), tools = tools.list(); return Tool.length - tools.length; })();
const name = (f) => { try { f(); } catch (error) { return error.name; } return "fine"; };

// What is not of this form throws as ever.
const others = [
  () => { let Hook = Hook.list(); },
  () => { const mine = mine.x; },
  () => { const env = [env.x]; },
  () => { const Math = Math.PI; },
  () => { const Hook = (Hook.list)(); },
  () => { const Hook = Hook["list"](); },
  () => { const Hook = Hook?.list(); },
  () => { const Hook = `${Hook.list()}`; },
  () => { const Hook = !Hook.list(); },
  () => { const { Hook } = Hook.list; },
  () => { const [Hook] = Hook.list(); },
  () => { const Hook = Hook.list(Hook.list); },
  () => { const params = ((f) => f())(() => params.x); },
].map(name);

// What works is as it was: texts, patterns, comments, functions, and names of the spell's own.
const text = "const Hook = Hook.mine", template = `const Hook = Hook.mine ${1 + 1}`, pattern = /const Hook = Hook.mine/;
// const Hook = Hook.mine
const works = [text.length, template.length, pattern.test(text)];
var Event = Event.stats;
{ const Hook = () => Hook.mine; Hook.mine = 1; works.push(Hook()); }
{ const Hook = { mine: 2 }; { const other = Hook.mine; works.push(other); } }
{ let Hook = { mine: 3 }; Hook = Hook.mine; works.push(Hook); }
works.push(((Hook) => Hook.mine)({ mine: 4 }));

// A declaration that breaks off leaves nothing behind.
for (const broken of ["const Hook = await Hook", "const Hook = Hook.", "(async () => { const Hook = await })", "async () => { const Hook = await Hook ]"])
  try { new Function(broken); } catch { works.push(new Function("Hook", "return Hook.mine")({ mine: 5 })); }
return [llm.name, typeof Agent, typeof globalThis.llm, inner, others.every((other) => other === "ReferenceError") ? others.length : others, ...works];
