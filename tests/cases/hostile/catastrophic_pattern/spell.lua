-- Backtracking in C, where no debug hook would ever look.
return (("a"):rep(100) .. "b"):find(("a*"):rep(20) .. "c")
