local prompt = util.read_file("prompt.txt")
local list = JSON.decode(util.read_file("./texts//list.json"))
return {utf8.len(prompt), prompt:match("[^\n]+"), list.words, list.n, #util.read_file("notes.MD"), #util.readFile("empty.csv"),
  util.read_file("prompt.txt") == prompt}
