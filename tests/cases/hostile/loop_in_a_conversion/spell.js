throw { toJSON() { throw 1; }, toString() { for (;;); } };
