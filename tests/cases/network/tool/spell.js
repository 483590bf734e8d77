const one = await tools.http_requester({ url: "http://server.test/a", method: "post", body: { x: 1 }, auth: { type: "basic", username: "me", password: "p" } });
const two = await Tool.execute("http_request", { input: "http://server.test/b", retry: 1 });
const three = await tools.http_get("http://none.server.test.example/");
return [one.operation, one.success, one.result.status_code, one.result.json.n, one.result.headers["x-a"], two.result.body, three];
