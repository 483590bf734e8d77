const one = await fetch("http://server.test/a b?x=1&q=a%26b", { headers: { "X-Own": "v" } }), hello = (await one.json()).hello;
const two = await fetch("http://server.test:8080/things", { method: "POST", body: JSON.stringify({ n: 1 }), headers: { "Content-Type": "application/json" } });
const made = await two.text();
const three = await fetch("http://server.test/none");
const gone = await three.text();
const four = await fetch("http://server.test/things/1", { method: "DELETE" });
const five = await fetch(new Request("http://server.test/umlauts", { method: "POST", body: "x=1", headers: { "content-type": "text/plain" } }));
return {
  one: [one.status, one.ok, one.statusText, hello, one.headers.get("X-A"), one.url, one.redirected],
  two: [two.status, made, true],
  three: [three.status, three.ok, gone],
  four: [four.status, await four.text()],
  five: await five.text(),
};
