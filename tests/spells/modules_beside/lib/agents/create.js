import defaults from "../../defaults.json" with { type: "json" };
export const createAgent = ({ name, system }) => Agent.create({ ...defaults, name, system_prompt: system });
