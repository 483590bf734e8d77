-- What gives vectors, and the collection of a session.
local all = RAG.listProviders()
assert(#RAG.list_providers() == #all)
local collection = RAG.configure_session{ session_id = "s" }
local ok, why = pcall(RAG.configureSession, { session_id = "s", vector_ttl = 60 })
return { all[1].name, collection.collection, ok }
