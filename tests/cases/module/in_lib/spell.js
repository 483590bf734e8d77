// Helpers in lib/; never out of the spell's folder.
const words = require("words");
let ok = true;
try { require("passwd"); } catch { ok = false; }
return [words, require("words") && "a piece", "made made", ok];
