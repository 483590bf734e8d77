-- Reading texts for vectors has a price as well.
pcall(llm.embed, {provider = "local", model = "m", input = "text"})
print("still here")
