// State as a whole: migrations, backups, how much there is.
// After: state.
const { migrate, schemas, usage, backup, backups, restore, checkBackup, deleteBackup } = raw.state;
const { drive, raise, word, put, add, snake, empty, typeName, state: members, messages: say } = guest;
const { getOwnPropertyNames } = Object;
const { isArray } = Array;
const { isInteger } = Number;
const { now } = Date;

const snakeKeys = (given, what) => {
  if (typeName(given) !== 'object') raise(what + ' takes an object, not a ' + typeName(given));
  const all = empty(), own = { __proto__: null, ...given };
  for (let i = 0, keys = getOwnPropertyNames(own); i < keys.length; i++) {
    const name = snake(keys[i]);
    if (own[keys[i]] === undefined) continue;
    if (all[name] !== undefined) raise(say.given_twice(what, name));
    all[name] = own[keys[i]];
  }
  return all;
};

// {from_version, to_version, transformations, scope, prefix, dry_run}: all values or none. {success, applied, ...}
members.migrate = async (plan) => {
  const all = snakeKeys(plan, 'State.migrate'), given = all.transformations;
  if (given !== undefined) {
    if (!isArray(given)) raise('State.migrate: transformations must be a list');
    all.transformations = guest.list();
    for (let i = 0; i < given.length; i++) add(all.transformations, snakeKeys(given[i], 'State.migrate: transformation ' + (i + 1)));
  }
  const report = await drive(migrate(all));
  put(report, 'success', true);
  put(report, 'items_migrated', report.changed);
  return report;
};

// {scope: "" for all, version, migrated_at, history}
members.get_schema_versions = async () => schemas();

// {migration_available, current_version, latest_version, schemas}: the versions are those of all scopes.
members.get_migration_status = async () => {
  const all = schemas();
  let current;
  for (let i = 0; i < all.length; i++) if (all[i].scope === '') current = all[i].version;
  return { migration_available: true, current_version: current, latest_version: current, schemas: all };
};

const keep = (options) => {
  if (options === undefined || options === null || typeof options === 'boolean') options = {}; // another host's "incremental"
  if (word(options) !== undefined) options = { __proto__: null, description: word(options) };
  const { description, ...all } = snakeKeys(options, 'State.backup'), others = getOwnPropertyNames(all);
  if (others.length) raise("State.backup has no option '" + others[0] + "'; known are: description");
  if (description !== undefined && word(description) === undefined) raise(say.no_text('State.backup', 'description', typeName(description)));
  return drive(backup(word(description) ?? ''));
};

// A promise of the id.
members.backup = async (options) => (await keep(options)).id;

// {success, id, backup_id, created_at, description, keys, bytes}
const outcome = (about) => {
  put(about, 'success', true);
  put(about, 'backup_id', about.id);
  return about;
};
members.create_backup = async (options) => outcome(await keep(options));

const idOf = (id, what) =>
  word(typeName(id) === 'object' ? id.id : id) ?? raise(say.takes_text(what, 'the id of a backup', typeName(id)));

// Replaces all that there is by what the backup holds.
members.restore = async (id) => {
  await drive(restore(idOf(id, 'State.restore')));
  return true;
};
members.restore_backup = async (id) => outcome(await drive(restore(idOf(id, 'State.restore_backup'))));

// The newest first: {id, created_at, description, keys, bytes}
members.list_backups = async () => backups();

// {valid, error, ...}
members.validate_backup = async (id) => {
  const about = await drive(checkBackup(idOf(id, 'State.validate_backup')));
  put(about, 'success', about.valid);
  put(about, 'is_valid', about.valid);
  put(about, 'backup_id', about.id);
  return about;
};

// Whether there was one.
members.delete_backup = async (id) => deleteBackup(idOf(id, 'State.delete_backup'));

// {keys, bytes, backups, backup_bytes, limits, total_bytes}
members.get_storage_usage = async () => {
  const all = usage();
  put(all, 'total_bytes', all.bytes + all.backup_bytes);
  return all;
};

const cleaning = (options) => {
  if (isInteger(options)) options = { __proto__: null, keep: options };
  const what = 'State.cleanup_backups', given = snakeKeys(options ?? { keep: 5 }, what);
  const { keep, keep_last, max_backups, older_than_days, max_age_days, ...all } = given, others = getOwnPropertyNames(all);
  const most = keep ?? keep_last ?? max_backups, days = older_than_days ?? max_age_days;
  if (others.length) raise(what + " has no option '" + others[0] + "'; known are: keep, older_than_days");
  if (most !== undefined && (!isInteger(most) || most < 0)) raise(what + ': keep must be a whole number');
  if (days !== undefined && (typeof days !== 'number' || !(days >= 0))) raise(what + ': older_than_days must be a number');
  return { most, days };
};

// Deletes all but the newest `keep`, or those older than `older_than_days`, or what is both: {success, deleted, ids}
members.cleanup_backups = async (options) => {
  const { most, days } = cleaning(options), all = backups(), ids = [];
  const before = days === undefined ? undefined : now() - days * 86400000;
  for (let i = most ?? 0; i < all.length; i++) {
    if (before !== undefined && all[i].created_at >= before) continue;
    deleteBackup(all[i].id);
    add(ids, all[i].id);
  }
  return { success: true, deleted: ids.length, deleted_count: ids.length, ids };
};
