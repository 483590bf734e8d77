local reply = llm.complete{messages = {{role = "user", content = "x"}}}
assert(reply:sub(1, 5) == "Hello" and reply:upper() == "HELLO WORLD" and #reply == 11)
assert("<" .. reply .. ">" == "<Hello world>" and tostring(reply) == "Hello world")
assert(string.len(reply) == 11 and string.find(reply, "wor") == 7 and ("x"):rep(2) .. reply == "xxHello world")
assert(string.format("%s|%5.2s", reply, reply) == "Hello world|   He")
assert(table.concat({reply, reply}, ",") == "Hello world,Hello world")
assert((reply:gsub("o", "0")) == "Hell0 w0rld" and ("a b"):gsub("b", reply) == "a Hello world")
assert(reply.text == "Hello world" and reply.content == reply.text and reply.output == reply.text)
assert(reply.response == reply.text and reply.success == true)
assert(reply.usage.total_tokens == 12 and reply.metadata.model == reply.model)
local all = reply:table()
assert(getmetatable(all) == nil and all.text == "Hello world" and all.usage.input_tokens == 10)
return {whole = reply, list = {reply}, text = JSON.stringify(reply)}
