// Names that load a script when they are first read: no program can tell them from others.
const names = Object.keys(zigllms).sort().join(' '), again = zigllms.agent === zigllms.agent;
const described = Object.getOwnPropertyDescriptor(globalThis, 'schema');
const raw = [typeof described.value === 'object' && described.configurable && described.writable && !described.enumerable ? 'table' : 'no', typeof Object.getOwnPropertyDescriptor(zigllms, 'tool').value === 'object' ? 'table' : 'no'];
// Assigned and taken away before they are read.
delete globalThis.output;
const gone = [typeof globalThis.output === 'undefined' ? 'nil' : 'there', 'output' in globalThis ? 'there' : 'nil'];
zigllms.hook = 5;
delete zigllms.event;
const own = [zigllms.hook, zigllms.event === undefined ? 'nil' : 'there'];
// What a spell puts in the place of globals does not reach them.
globalThis.Tool = globalThis.Reflect = globalThis.WeakMap = undefined;
const json = await zigllms.output.parse('[1, 2]');
const caught = (main) => { try { main(); return true; } catch { return false; } };
return [names, again, raw, gone, own, json, zigllms.workflow.Pattern.LOOP, caught(() => nothing), caught(() => { 'use strict'; nothing = 1; })];
