// Backtracking in C, where no interrupt handler would ever look.
return /^(a+)+$/.test("a".repeat(100) + "b");
