const one = await (await fetch("http://server.test/?key=secret:TOKEN")).text();
const bad = await fetch("http://server.test/").catch((problem) => problem);
const echo = await (await fetch("http://server.test/")).text();
const map = await tools.sitemap({ url: "http://server.test/" });
const other = await fetch("http://server.test/", { headers: { "X-HTTP-Method-Override": "DELETE" } }).catch((problem) => problem);
return [one, [bad.code, bad.message], echo, map.result.urls, [other.code, other.message]];
