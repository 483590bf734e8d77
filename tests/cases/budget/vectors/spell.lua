-- Texts for vectors are paid for as well.
for i = 1, 10 do
  pcall(llm.embed, {model = "openai/text-embedding-3-small", input = {"one text", "another text"}})
  print(Budget.remaining().tokens < 100)
end
