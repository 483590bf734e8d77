// The tightest of all policies holds.
for (;;) { try { throw new Error("x"); } catch (error) { /* and on */ } }
