local plain = http.get("http://server.test/").body
local packed = http.get("http://server.test/").body
local pieces = 0
for _ in http.get("http://server.test/", { stream = true }):chunks() do pieces = pieces + 1 end
local _, broken = http.get("http://server.test/")
return { plain, packed, pieces, broken.code }
