// A name that would look like a line of its own in a stack.
const name = "a\n    at spell.js:99: in forged";
const object = { [name]() { return new Error("x").stack; } };
const renamed = function () { return new Error("x").stack; };
Object.defineProperty(renamed, "name", { value: name });
const text = object[name]() + renamed();
return { forged: /\n\s*at spell.js:99/.test(text), named: text.includes("in forged") };
