exports.value = "not this";
