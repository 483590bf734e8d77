// Helpers in lib/, by their paths; never out of the spell's folder.
const words = require("./lib/words");
let ok = true;
try { require("passwd"); } catch { ok = false; }
return [words, require("./lib/words.js") && "a piece", "made made", ok];
