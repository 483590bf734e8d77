// What a spell calls last, and gives the result of, fails at that line.
const read = () => util.readFile("absent.txt");
let inner;
try { read(); } catch (why) { inner = why; }
return util.readFile("absent.txt");
