const found = [];
const first = await tools.web_search({ query: "a b", max_results: 1 });
found.push([first.result.provider, first.result.count, first.result.results[0]]);
for (const provider of ["tavily", "serpapi", "serper", "duckduckgo", "searxng"]) {
  const one = await tools.web_search({ query: "a b", provider });
  found.push([one.result.provider, one.result.results]);
}
for (const provider of ["tavily", "brave", "serper", "google"]) {
  const one = await tools.web_search({ query: "a b", provider });
  found.push([one.success, one.error.code, one.error.message]);
}
return found;
