-- Where the price is unknown, a cost budget can't be enforced: the call is not made, and nothing catches the end.
pcall(llm.complete, {provider = "local", model = "m", messages = {{role = "user", content = "hi"}}})
print("still here")
