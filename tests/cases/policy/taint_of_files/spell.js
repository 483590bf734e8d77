// A file that could not be read has been taken in all the same: its failure may tell something.
async function ask() { try { await (await llm.agent({ model: "openai/gpt-4o" })).run("x"); return [true]; } catch (failure) { return [false, failure]; } }
const [before] = await ask();
let barred;
try { barred = (await tools.file_write("other.txt", "x")).success; } catch (failure) { barred = failure.message; }
const found = await tools.file_read("missing.txt");
const [ok, failure] = await ask();
return [before, barred, found.error.code, ok, failure.code, failure.details.mark, failure.details.by];
