const one = await fetch("http://server.test/?key=secret:TOKEN&plain=1", { headers: { authorization: "secret:TOKEN" } }), oneText = await one.text();
const two = await (await fetch("http://server.test/", { headers: { authorization: "secret:LOGIN", "x-own": "token=secret:TOKEN;" } })).text();
const three = await fetch("http://server.test/", { headers: { authorization: "secret:TOKEN" } });
await three.text();
const why = async (url, value) => {
  const problem = await fetch(url, { headers: { authorization: value } }).catch((problem) => problem);
  return [problem.code, problem.message];
};
return [
  [oneText, one.headers.get("x-echo"), one.url], two, three.url, await why("http://other.server.test/", "secret:TOKEN"),
  await why("http://server.test/", "secret:TOKE"), await why("http://server.test/", "secret:UNSET"), await why("http://server.test/", "secret:NONE"),
];
