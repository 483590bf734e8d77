const prompt = util.readFile("prompt.txt");
const list = JSON.parse(util.readFile("./texts//list.json"));
return [prompt.length, prompt.split("\n")[0], list.words, list.n, util.read_file("notes.MD").length, util.readFile("empty.csv").length,
  util.readFile("prompt.txt") === prompt];
