require("./words");
