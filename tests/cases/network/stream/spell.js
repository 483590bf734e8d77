const response = await fetch("http://server.test/lines");
let all = "";
for await (const piece of response.body) all += new TextDecoder().decode(piece);
const left = await fetch("http://server.test/left");
await left.body.cancel();
const bytes = await (await fetch("http://server.test/bytes")).bytes();
return [response.status, all, left.status, bytes.length];
