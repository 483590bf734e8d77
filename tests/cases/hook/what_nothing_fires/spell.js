Hook.register("workflow_complete", () => 1);
return Hook.list("workflow:*")[0].point;
