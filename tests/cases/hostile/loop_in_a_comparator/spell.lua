pcall(table.sort, {2, 1}, function() while true do end end)
os.exit(9)
