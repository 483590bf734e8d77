return { name = "extra" }
