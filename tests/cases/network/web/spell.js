const page = await tools.web_scraper({ url: "http://server.test/page", selector: "p.a", extract_links: true, extract_images: true, extract_metadata: true });
const about = await tools.url_analyzer({ url: "http://server.test/about", operation: "metadata" });
const map = await tools.sitemap({ url: "http://server.test/" });
const hook = await tools.webhook({ url: "http://server.test/hook", payload: { n: 1 } });
const failing = await tools.webhook({ url: "http://server.test/hook", payload: "x" });
const query = await tools.graphql({ url: "http://server.test/graphql", query: "{ me { name } }" });
const refused = await tools.graphql({ url: "http://server.test/graphql", query: "{ you }" });
const picture = await tools.web_scraper({ url: "http://server.test/picture" });
return {
  page: page.result, about: [about.result.status_code, about.result.title, about.result.metadata["og:title"]],
  map: [map.result.count, map.result.urls, map.result.sitemaps.length, map.result.skipped[0].code],
  hook: [hook.success, hook.result.status_code, hook.result.body], failing: [failing.success, failing.error.code, failing.error.message],
  query: query.result.data.me.name, refused: [refused.error.code, refused.error.message], picture: picture.error.message,
};
