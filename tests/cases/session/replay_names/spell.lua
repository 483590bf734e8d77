-- What is asked of a session that is not there.
local ok = pcall(Session.get_replay_metadata, "none")
return { ok, Session.getReplayMetadata ~= nil }
