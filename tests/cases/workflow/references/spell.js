// Every way to refer to something, and what is no reference.
Tool.register({ name: "echo", execute: (input) => input });
const answers = { first: { items: ["a", "b"], n: 3 }, second: "two" };
const flow = Workflow.sequential({
  name: "references",
  state: { color: "red" },
  steps: [
    { name: "first", handler: () => answers.first },
    { name: "second", handler: () => answers.second },
    { name: "all", tool: "echo", input: {
      whole: "$input", field: "$input.topic", deep: "{{input.user.name}}", bare: "{{topic}}", of_state: "{{color}}",
      by_number: "$step1.output.n", by_name: "$first.output", outputs: "$second.outputs", result: "$second.result",
      path: "$first.output.items", dotted: "{{first.output}}", step_result: "{{step.second.result}}",
      colons: "{{step:first:output}}", colon_path: "{{step:first:output.items}}", previous: "{{previous.output}}",
      state: "$state.color", text: "All of {{topic}}: $first.output, $second.output!",
      money: "It costs $50, $0.50 or $500,000 in $USD, not $$input", template: "Item {{index}} of {{unknown}} {{#each x}}{{/each}}",
      list: ["$second.output", ["{{topic}}"]], number: 7, flag: true,
    } },
  ],
});
const result = await flow.execute({ topic: "tides", user: { name: "Ada" } });
return result.output;
