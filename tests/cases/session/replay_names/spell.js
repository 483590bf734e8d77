// What is asked of a session that is not there.
let ok = true;
try { await Session.get_replay_metadata("none"); } catch { ok = false; }
return [ok, Session.getReplayMetadata !== undefined];
