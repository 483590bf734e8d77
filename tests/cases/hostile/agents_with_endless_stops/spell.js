// Each list is small on its way and large in the host, where an agent keeps it: 600 of these took 3 GB.
const stop = new Array(65).fill("a");
let why;
try { Agent.create({stop}); } catch (error) { why = error; }
stop.length = 64;
return [why === undefined, why.code, Agent.create({stop}).describe().stop[63]];
