local count, why = 0, nil
for i = 1, 10000 do
  local ok, failure = pcall(Event.subscribe, "s" .. i, function() end)
  if ok then count = count + 1 else why = failure.code end
end
return { count, why, #Event.list_subscriptions() }
