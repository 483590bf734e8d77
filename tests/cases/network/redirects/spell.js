const one = await fetch("http://server.test/first", { method: "POST", body: "x", headers: { authorization: "Bearer t", "content-type": "text/plain", "x-plain": "p" } });
const third = await one.text();
const two = await fetch("http://server.test/a", { redirect: "manual" });
const problem = await fetch("http://server.test/b", { redirect: "error" }).catch((problem) => problem);
const denied = await fetch("http://server.test/c").catch((problem) => problem);
return [[one.status, third, one.url, one.redirected], [two.status, two.headers.get("location"), two.redirected], [problem.code, problem.message], [denied.code, denied.message]];
