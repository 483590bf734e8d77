return ('x'):rep(2 << 20)
