const message = (f) => { try { f(); } catch (error) { return error.message; } throw new Error("it worked"); };
message(() => "x".repeat(2 ** 40));
if (message(() => "x".repeat(200 << 20)) !== "out of memory") throw new Error("another error");
message(() => new Array(1e9).fill(0));
if ("x".repeat(1 << 20).length !== 1 << 20) throw new Error("one that fits");
