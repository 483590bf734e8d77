return math.random(0, 999999)
