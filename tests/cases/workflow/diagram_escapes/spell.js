// What a spell calls its steps is text in a diagram, whatever it looks like.
const names = [
  '"]; click n1 call alert()', "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "end", "%%{init: {}}%%", "`**bold**`", "$$x$$", "a --> b",
  "#quot;", "&lt;b&gt;", "1. list", "|pipe|", "subgraph x", "\\n", "]]>", "'style=\"x\"", "n1:::failed", "{{topic}}",
];
const steps = names.map((name) => ({ name, tool: name, when: { type: "custom", expression: "'" + name + "' == 1" } }));
const flow = Workflow.sequential({ name: "<w>\"&'", steps });
const mermaid = flow.diagram(), svg = flow.diagram({ format: "svg" });
// All that is no letter, digit, sign of ours or number of a character.
const left = mermaid.replace(/#\d+;/g, "");
const odd = ["<script", "<img", "%%", "`", "$", "\\", "click n1 call alert()", "**", ":::", "]]>", "{{topic"].filter((sign) => left.includes(sign));
for (const line of left.split("\n")) if ((line.match(/"/g) ?? []).length % 2) odd.push(line);
const tags = [...new Set([...svg.matchAll(/<([a-zA-Z]+)/g)].map((found) => found[1]))].sort();
return { odd, tags, amp: /&\w+;/.test(svg), shown: svg.includes("&lt;script&gt;alert(1)&lt;/script&gt;") };
