// A spell may ask in its own first lines.
// /// spell
// name = "header"
// [tools]
// allow = ["lookup"]
// ///
const failure = await Tool.execute("mail", {}).catch((failure) => failure);
return [(await Tool.execute("lookup", {})).found, failure.message];
