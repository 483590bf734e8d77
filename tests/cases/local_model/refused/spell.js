// A server is a host like any other: without a grant nothing is asked.
const denied = await LocalLLM.list().catch((why) => why);
const unknown = await LocalLLM.status("candle").catch((why) => why);
LocalLLM.use("http://localhost:1/");
const other = await LocalLLM.status().catch((why) => why);
return [denied.code, unknown.message, other.code];
