// Images go in as bytes, or as base64 with their type.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const png = Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10, 114, 101, 115, 116]);
const gif = Uint8Array.from("GIF89ax", (letter) => letter.charCodeAt());
const agent = Agent.create({ stateless: true });
assert((await agent.run({ prompt: "what?", images: [png] })).text === "seen", "bytes");
assert((await agent.run({ text: "what?", image: { data: "iVBORw0KGgpyZXN0", mimeType: "image/png" } })).text === "seen", "base64");
assert((await llm.complete({ prompt: "what?", images: [{ data: png, media_type: "image/png" }] })).text === "seen", "a request");
const messages = [];
for (const image of [{ path: "cat.png" }, { url: "http://cats/cat.png" }, { data: "nothing" }, gif])
  messages.push(await agent.run({ prompt: "what?", images: [image] }).then(() => "ok", (why) => why.message));
return messages;
