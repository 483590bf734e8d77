const t = new Proxy({}, { get: (target, key) => t[key + "x"] });
return t.a;
