-- Another dialect's storage: keys without scopes, and text files, with a second result that says why not.
storage.set("k", { n = 1 })
assert(storage.get("k").n == 1 and storage.exists("k") and storage.has("k") and storage.get("none", "else") == "else")
local all = storage.list()
storage.delete("k")
local text, why = storage.read("note.txt")
local none = storage.read("none.txt")
local ok, denied = storage.write("made.txt", "x")
return { #all, storage.exists("k"), text, none == nil, ok == nil and #tostring(denied) > 5 }
