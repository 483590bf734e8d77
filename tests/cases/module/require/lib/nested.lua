return {twice = require("words").greeting:rep(2)}
