return util.read_file("prompt.txt")
