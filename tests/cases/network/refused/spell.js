const why = (...given) => fetch(...given).then(() => "nothing", (problem) => problem.code + ": " + problem.message);
return [
  await why("http://server.test/"), await why("http://127.0.0.1:2/"), await why("http://127.0.0.1:1/"), await why("http://localhost:1/"),
  await why("http://private.test/"), await why("http://mixed.test/"), await why("http://metadata.test/"), await why("http://mapped.test/"),
  await why("http://a.example/"), await why("ftp://a.example/"), await why("http://u:p@a.example/"),
  await why("http://a.example/", { headers: { Host: "b.example" } }), Tool.get("http-requester") !== undefined,
];
