const said = (code, part) => {
  try {
    (0, eval)(code);
  } catch (error) {
    if (!error.message.includes(part)) throw new Error(`${code}: ${error.message}`);
    return;
  }
  throw new Error(`${code} worked`);
};
said("Agnet.create({})", "did you mean 'Agent'?");
said("Stat.get('x')", "did you mean 'State'?");
said("prnt('x')", "did you mean 'print'?");
said("util.slep(1)", "did you mean 'sleep'?");
said("Logger.inof('x')", "did you mean 'info'?");
said("Arry.from([])", "did you mean 'Array'?");
said("agent.create({})", "did you mean 'Agent'?");
// What is like nothing, and short names, get no guess; what does its work comes first.
for (const name of ["xyzzy", "f"]) {
  try {
    (0, eval)(name);
  } catch (error) {
    if (error.message !== `${name} is not defined`) throw error;
  }
}
said("setImmediate(print)", "setTimeout");
// Of a spell's own as well.
globalThis.mySettings = { model: "x" };
said("mySetings.model", "did you mean 'mySettings'?");
return "ok";
