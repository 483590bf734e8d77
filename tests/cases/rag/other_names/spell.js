// What gives vectors, and the collection of a session.
const all = await RAG.listProviders();
if ((await RAG.list_providers()).length !== all.length) throw new Error("list");
const collection = await RAG.configure_session({ session_id: "s" });
let ok = true;
try { await RAG.configureSession({ session_id: "s", vector_ttl: 60 }); } catch { ok = false; }
return [all[0].name, collection.collection, ok];
