Hook.register("session:start", () => 1);
return Hook.list("session:*")[0].point;
