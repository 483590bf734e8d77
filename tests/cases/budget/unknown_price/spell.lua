-- Where nobody knows the price, a budget of money can't be kept: the call is not made, and nothing catches the end.
pcall(llm.complete, {provider = "local", model = "m", messages = {{role = "user", content = "hi"}}})
print("still here")
