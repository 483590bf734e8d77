-- Helpers in lib/, and where package.path says; never out of the spell's folder.
package.path = package.path .. ";./parts/?.lua;/etc/?.lua;../?.lua"
package.preload.made = function(name) return "made " .. name end
local words = require("words")
local ok = pcall(require, "passwd")
assert(package.loaded.words == words)
return { words, require("piece"), require("made"), ok }
