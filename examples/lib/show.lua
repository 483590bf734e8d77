local show = {}

function show.title(text)
  print(("\n%s\n%s"):format(text, ("-"):rep(#text)))
end

-- Calls `f` and prints what it gave, or why it failed.
function show.try(what, f)
  local ok, value = pcall(f)
  print(("%-16s %s %s"):format(what, ok and "gives" or "fails:", tostring(value)))
end

return show
