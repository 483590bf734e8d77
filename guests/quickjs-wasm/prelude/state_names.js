// What other dialects call State's functions.
// After: state_backup.
const { state: members, raise, word, define, namespace, typeName } = guest;
const { getOwnPropertyNames } = Object;

const { state: same } = guest.aliases;
for (const name of getOwnPropertyNames(same)) members[name] = members[same[name]];

const { increment, load, save, list_keys: listKeys, delete: remove } = members;
members.decrement = async (...given) => {
  const last = given[given.length - 1], counted = given.length >= 2 && typeof last === 'number', by = counted ? -last : -1;
  const named = given.length - (counted ? 1 : 0) >= 2;
  return named ? increment(given[0], given[1], by) : increment('global', given[0], by);
};

// workflow_get(id, step), agent_set(id, key, value), ...: what belongs to one workflow, agent, ...
for (const family of guest.lists.state_owners) {
  const scope = (id, what) =>
    family + ':' + (word(id) ?? raise(guest.messages.takes_text('State.' + family + '_' + what, 'the ' + family + "'s id", typeName(id))));
  members[family + '_get'] = async (id, key, otherwise) => load(scope(id, 'get'), key, otherwise);
  members[family + '_set'] = async (id, key, value, options) => save(scope(id, 'set'), key, value, options);
  members[family + '_delete'] = async (id, key) => remove(scope(id, 'delete'), key);
  members[family + '_list'] = async (id, options) => listKeys(scope(id, 'list'), options);
}

const scopeOf = (family) => (id) => family + ':' + (word(id) ?? raise('State.scope: an id is a text, not a ' + typeName(id)));
members.scope = namespace({
  __proto__: null,
  Global: 'global', Custom: 'custom', Agent: scopeOf('agent'), Workflow: scopeOf('workflow'), Session: scopeOf('session'),
  Tool: scopeOf('tool'), User: scopeOf('user'), Tenant: scopeOf('tenant'),
}, 'State.scope');

define(globalThis, 'State', namespace(members, 'State'));
