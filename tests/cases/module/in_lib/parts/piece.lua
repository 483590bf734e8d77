return "a piece"
