// Nothing runs yet when it fails: the error has the lines of the imports that lead there.
const unused = 1;
import "./lib/asks.js";
