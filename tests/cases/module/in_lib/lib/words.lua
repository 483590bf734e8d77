return "words of lib"
