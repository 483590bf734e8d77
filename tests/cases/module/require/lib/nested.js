const words = require("../words.js");
module.exports = {twice: words.greeting + words.greeting};
