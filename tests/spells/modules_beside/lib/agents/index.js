export { createAgent } from "./create.js";
export const VERSION = "1.2.0";
export class Team {
  constructor(members) { this.members = members; }
  [Symbol.iterator]() { return this.members.values(); }
  async ask(q) { return Promise.all(this.members.map(async (m) => ({ name: m.name, reply: await m.run(q) }))); }
}
