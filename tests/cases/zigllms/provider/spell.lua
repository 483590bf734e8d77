-- Settings with a name, and requests with them.
local provider = zigllms.provider
local id = provider.create{ name = "mine", type = provider.Type.OPENAI, model = "gpt-4", temperature = 0.2 }
provider.configure(id, { max_tokens = 50 })
local first = provider.chat("say hi", { provider = id })
local second = provider.chat({ { role = "system", content = "in French" }, { role = "user", content = "hello" } }, { provider = id })
local third = provider.complete("say hi", { model = "openai/gpt-4" })
local pieces = {}
local stream = provider.stream("stream", function(piece) pieces[#pieces + 1] = piece.text end, { provider = id })
local got = provider.get(id)
local listed = false
for _, one in ipairs(provider.list()) do listed = listed or one == id end
return {
  id = id, first = first, second = second.text, third = third, said = table.concat(pieces), stream = stream,
  settings = got.settings.max_tokens, model = got.settings.model, listed = listed, there = provider.exists(id),
  gone = { provider.destroy(id), provider.exists(id), pcall(provider.destroy, id) == false },
  no_function = pcall(provider.stream, "x") == false, key = pcall(provider.create, { api_key = "x" }) == false,
}
