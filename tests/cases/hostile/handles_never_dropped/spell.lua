-- Unreachable agents are collected, so making many one after the other is fine.
for _ = 1, 5000 do llm.agent{} end
