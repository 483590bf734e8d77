local found = {}
local first = tools.web_search{ query = "a b", max_results = 1 }
found[1] = { first.result.provider, first.result.count, first.result.results[1] }
for _, provider in ipairs{ "tavily", "serpapi", "serper", "duckduckgo", "searxng" } do
  local one = tools.web_search{ query = "a b", provider = provider }
  found[#found + 1] = { one.result.provider, one.result.results }
end
for _, provider in ipairs{ "tavily", "brave", "serper", "google" } do
  local one = tools.web_search{ query = "a b", provider = provider }
  found[#found + 1] = { one.success, one.error.code, one.error.message }
end
return found
