const text = util.readFile("prompt.txt");
