const plain = await (await fetch("http://server.test/")).text();
const packed = await (await fetch("http://server.test/")).text();
const pieces = [];
for await (const piece of (await fetch("http://server.test/")).body) pieces.push(piece);
const broken = await fetch("http://server.test/").then((response) => response.text()).catch((problem) => problem.code);
return [plain, packed, pieces.length, broken];
