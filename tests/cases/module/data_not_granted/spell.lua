local text = util.read_file("prompt.txt")
