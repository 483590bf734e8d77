// A denial that nobody catches: it names the grant that is missing, and where it goes.
print("before");
await Tool.execute("mail", {});
