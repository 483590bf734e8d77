-- A server is a host like any other: without a grant nothing is asked.
local _, denied = pcall(LocalLLM.list)
local ok, unknown = pcall(LocalLLM.status, "candle")
LocalLLM.use("http://localhost:1/")
local _, other = pcall(LocalLLM.status)
return { denied.code, (unknown:gsub("^spell.lua:%d+: ", "")), other.code }
