// Models fill an object in the order of its schema: JavaScript's objects keep theirs.
Tool.create({ name: "t", execute: () => {}, positional: ["z", "b"], parameters: { properties: { a: {}, b: {}, z: {} } } });
const schema = JSON.parse('{"type":"object","properties":{"reasoning":{"type":"string"},"answer":{"type":"string"}},"required":["reasoning","answer"]}');
const sorted = { answer: schema.properties.answer, reasoning: schema.properties.reasoning };
return [
  JSON.encode(sorted), JSON.encode({ properties: schema.properties, required: schema.required }),
  JSON.encode({ properties: { z: { properties: { d: 1, c: 2 }, required: ["d"] }, m: 0, a: 0 }, required: ["z", "m", "none"] }),
  JSON.encode({ parameters: { properties: { c: 3, b: 2, a: 1 }, required: ["b"] }, positional: ["c"] }),
  Tool.getSchema("t").parameters[0].name,
];
