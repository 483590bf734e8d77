-- What is too large for one call is written and read piece by piece.
local piece = ("0123456789abcdef"):rep(16384) -- 256 KiB
local writer = Artifact.writer(nil, "system_generated", "large.txt", { from = "here" })
for _ = 1, 9 do writer:write(piece) end
writer:write("end")
assert(Artifact.info("large.txt") == nil)
local kept = writer:close()
assert(kept.size == 9 * #piece + 3 and kept.mime_type == "text/plain" and kept.metadata.from == "here")
local total, last = 0, nil
for part in Artifact.reader(kept) do total, last = total + #part, part end
assert(total == kept.size and last:sub(-4) == "fend")
local count = 0
for _ in Artifact.reader("", kept, 500000) do count = count + 1 end
assert(count == 5)
-- The same bytes at once have the same hash, and are kept once.
local again = Artifact.store(nil, nil, "again.txt", piece:rep(9) .. "end")
assert(again.content_hash == kept.content_hash)
local twice = Artifact.writer(nil, nil, "twice.txt"):write(piece:rep(9)):write("end"):close()
assert(twice.content_hash == kept.content_hash)
-- What is given up is not there, and what was closed takes nothing.
local dropped = Artifact.writer(nil, nil, "dropped")
dropped:write("x")
assert(dropped:cancel() and not dropped:cancel())
local ok, problem = pcall(dropped.write, dropped, "x")
assert(not ok)
assert(Artifact.writer(nil, nil, "nothing"):close().size == 0)
return { #Artifact.list(), tostring(problem):match("the artifact's writer is closed") }
