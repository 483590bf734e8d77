import { llm } from "llmspell";
if (llm) return await Promise.resolve([1, 2]);
export default 3;
