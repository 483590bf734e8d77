module.exports = "words of lib";
