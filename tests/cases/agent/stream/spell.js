// Replies as they arrive.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const agent = Agent.create({ name: "s" });
let heard = "", last;
for await (const chunk of agent.stream("one")) {
  if (chunk.done) last = chunk;
  else heard += chunk;
}
assert(heard === "Hello world" && last.reply.text === "Hello world" && last.reply.usage.total_tokens === 7, "one");
assert(agent.get_history().length === 2, "history");

// With a function; the reply comes back.
let pieces = 0;
let reply = await agent.stream("two", (piece) => { pieces++; assert(piece.done === false, "done"); });
assert(reply.text === "abc" && pieces >= 1 && reply.finish_reason === "stop", "two");

// Thoughts are no text.
let thoughts = "";
reply = await agent.invokeStream({ prompt: "three" }, (piece) => { thoughts += piece.reasoning ?? ""; });
assert(reply.text === "42" && reply.reasoning === "Hm." && thoughts === "Hm.", "three");

// false stops it; so does leaving the loop. Neither adds to the history.
reply = await agent.run_stream("four", () => false);
assert(reply.stopped && reply.text === "x" && agent.get_history().length === 6, "four");
for await (const piece of agent.stream("five")) break;
await util.sleep(1);
assert(agent.get_history().length === 6 && agent.get_state().running === 0, "five");

// By hand.
const stream = agent.stream("six");
assert((await stream.next()).value.text === "y" && !stream.isDone() && (await stream.collect()).text === "yz" && (await stream.next()).done, "six");

// An error comes after what was said before it.
let before = "", why;
try { for await (const piece of agent.stream("seven")) before += piece; } catch (error) { why = error; }
assert(why.code === "provider" && before === "half", why);

// Single requests.
let text = "";
for await (const piece of llm.stream({ prompt: "eight" })) text += piece;
assert(text === "8", "eight");
assert((await llm.stream("nine", () => {})).text === "9", "nine");
assert((await llm.streamChat("ten", (piece) => assert(piece === "10", piece))) === undefined, "ten");
return agent.get_state().state;
