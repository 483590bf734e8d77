const message = (f) => { try { f(); } catch (error) { return `${error.name}: ${error.message}`; } throw new Error("it worked"); };
return [message(() => new Event("x")), message(() => new Agent({})), message(() => new console()), message(() => new (() => 1)()), message(() => new (3)()), message(() => new llm())];
