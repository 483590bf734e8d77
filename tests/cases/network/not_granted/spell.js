const problem = await fetch("https://example.org/x").catch((problem) => problem);
const why = await Tool.execute("http-requester", { url: "https://example.org/x" }).catch((problem) => problem);
const listed = Tool.list().some((tool) => tool.name === "http-requester");
return [problem.code, problem.message, why.code, why.message, !listed];
