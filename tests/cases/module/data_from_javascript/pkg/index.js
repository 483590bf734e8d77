exports.inner = require("./inner").value;
exports.folder = __dirname;
