local response = http.get("http://server.test/lines", { stream = true })
local all = {}
for piece in response:chunks() do all[#all + 1] = piece end
local left = http.get("http://server.test/left", { stream = true })
left:close()
local bytes = http.get("http://server.test/bytes")
return { response.status, table.concat(all), left.status, #bytes.body }
