// A tool that does not answer in its time is given up; the spell goes on.
Tool.register({ name: 'slow', timeout_ms: 100, execute: async () => { await util.sleep(60000); return 'late'; } });
Tool.register({ name: 'slower', timeout_ms: 9000000, execute: async () => { await util.sleep(9000000); return 'late'; } });
const attempt = (name) => Tool.execute(name).then(() => [true], (failure) => [false, failure.code, failure.message]);
return [await attempt('slow'), await attempt('slower')];
