// Beyond 2^53 not each whole number is one of JavaScript's: they are given as it prints them.
return [2 ** 53 + 2, -(2 ** 60), 0.5, [String(-(2 ** 60))]];
