local page = tools.web_scraper{ url = "http://server.test/page", selector = "p.a", extract_links = true, extract_images = true, extract_metadata = true }
local about = tools.url_analyzer{ url = "http://server.test/about", operation = "metadata" }
local map = tools.sitemap{ url = "http://server.test/" }
local hook = tools.webhook{ url = "http://server.test/hook", payload = { n = 1 } }
local failing = tools.webhook{ url = "http://server.test/hook", payload = "x" }
local query = tools.graphql{ url = "http://server.test/graphql", query = "{ me { name } }" }
local refused = tools.graphql{ url = "http://server.test/graphql", query = "{ you }" }
local picture = tools.web_scraper{ url = "http://server.test/picture" }
return {
  page = page.result, about = { about.result.status_code, about.result.title, about.result.metadata["og:title"] },
  map = { map.result.count, map.result.urls, #map.result.sitemaps, map.result.skipped[1].code },
  hook = { hook.success, hook.result.status_code, hook.result.body }, failing = { failing.success, failing.error.code, failing.error.message },
  query = query.result.data.me.name, refused = { refused.error.code, refused.error.message }, picture = picture.error.message,
}
