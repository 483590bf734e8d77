Tool.register { name = 'double', parameters = { properties = { n = { type = 'number' } } }, execute = function(input) return 2 * input.n end }
return Tool.execute('double', { n = 21 })
