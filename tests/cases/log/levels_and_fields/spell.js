Logger.info("started", {n: 1});
Logger.error("broken");
console.warn("careful");
Logger.debug("detail", {list: [1, 2]});
