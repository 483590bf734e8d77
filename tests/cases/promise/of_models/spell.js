// What a model says, later.
const first = llm.chat_promise("one").then((said) => "got " + said);
const second = llm.completePromise("two", 5);
const both = await promise.all([first, second]);
const third = await llm.chatAsync("three");
return [both, String(third), true];
