local a, b = math.random(), math.random()
return {a ~= b, a >= 0 and a < 1 and b >= 0 and b < 1}
