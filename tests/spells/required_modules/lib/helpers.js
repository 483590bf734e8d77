module.exports = { add: (a, b) => a + b, clean(s) { return s.trim(); } };
