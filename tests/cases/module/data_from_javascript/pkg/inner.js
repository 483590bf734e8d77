exports.value = "inner";
