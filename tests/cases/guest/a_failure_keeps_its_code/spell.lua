local ok, failure = pcall(llm.complete, {messages = JSON.array{}})
assert(not ok and failure.code == "invalid" and failure.message:find("messages"), tostring(failure))
assert(tostring(failure):find("^invalid: ") and ("x " .. failure):find("^x invalid: "))
llm.complete{messages = {{role = "user", content = "x"}}, temprature = 1}
