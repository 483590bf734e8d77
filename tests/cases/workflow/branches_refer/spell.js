// References to a step of a branch, also where two branches have steps of the same name.
Tool.register({ name: "echo", execute: (input) => input.value });
const say = (value) => [{ name: "say", tool: "echo", input: { value } }];
const flow = Workflow.conditional({ executeAllMatching: true, branches: [
  { name: "one", condition: true, steps: say({ n: 1 }) }, { name: "two", condition: true, steps: say("{{branch:one:say:output.n}}") },
  { name: "three", condition: true, steps: say("{{branch:one:say:output}} and {{branch:two:say:output}}") },
] });
const result = await flow.execute();
let why;
try { Workflow.conditional({ branches: [{ name: "one", condition: true, steps: say("{{branch:none:say:output}}") }] }); } catch (error) { why = error; }
return [result.output, result.outputs, why === undefined, String(why).includes("none:say")];
