throw { toString() { throw new Error("no"); }, toJSON() { throw new Error("no"); } };
