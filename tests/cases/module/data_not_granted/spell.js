return util.readFile("prompt.txt");
