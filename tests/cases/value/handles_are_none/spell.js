// An agent in a value would come back as {}: that is refused.
const agent = Agent.create({ model: 'test/echo' });
const hook = Hook.register('BeforeAgentInit', () => {});
const stream = agent.stream('hello');
for await (const _ of stream);
const why = async (value) => {
  try { await State.save('global', 'x', value); return 'saved'; } catch (error) { return error.message.match(/JSON has no [a-z]+/)[0]; }
};
return [await why({ a: agent }), await why({ h: [hook] }), await why({ s: stream }), await why({ n: 1 })];
