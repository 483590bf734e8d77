// The module events of node's: messages within one run, to listeners that are called at once. Event is for what goes farther.
// After: file.
const { raise, typeName, messages: say, modules } = guest;

class EventEmitter {
  #listeners = new Map();
  #add(name, listener, once, first) {
    if (typeof listener !== 'function') raise(say.takes_function('EventEmitter.on', typeName(listener)));
    const all = this.#listeners.get(name) ?? [], entry = { listener, once };
    this.#listeners.set(name, first ? [entry, ...all] : [...all, entry]);
    return this;
  }
  on(name, listener) { return this.#add(name, listener, false, false); }
  addListener(name, listener) { return this.on(name, listener); }
  once(name, listener) { return this.#add(name, listener, true, false); }
  prependListener(name, listener) { return this.#add(name, listener, false, true); }
  prependOnceListener(name, listener) { return this.#add(name, listener, true, true); }
  off(name, listener) {
    const all = this.#listeners.get(name) ?? [], place = all.findLastIndex((entry) => entry.listener === listener);
    if (place >= 0) this.#keep(name, all.toSpliced(place, 1));
    return this;
  }
  removeListener(name, listener) { return this.off(name, listener); }
  removeAllListeners(name) {
    if (name === undefined) this.#listeners.clear();
    else this.#listeners.delete(name);
    return this;
  }
  #keep(name, entries) {
    if (entries.length) this.#listeners.set(name, entries);
    else this.#listeners.delete(name);
  }
  // Whether somebody listened. An "error" that nobody listens for is thrown.
  emit(name, ...given) {
    const all = this.#listeners.get(name);
    if (!all) {
      if (name !== 'error') return false;
      throw given[0] instanceof Error ? given[0] : new Error('an error that nobody listens for: ' + guest.show([given[0]]));
    }
    for (const entry of all) {
      if (entry.once) this.#keep(name, (this.#listeners.get(name) ?? []).filter((other) => other !== entry));
      entry.listener.apply(this, given);
    }
    return true;
  }
  listenerCount(name) { return this.#listeners.get(name)?.length ?? 0; }
  listeners(name) { return (this.#listeners.get(name) ?? []).map((entry) => entry.listener); }
  eventNames() { return [...this.#listeners.keys()]; }
  setMaxListeners() { return this; }
}
EventEmitter.EventEmitter = EventEmitter;
// The first message of this name, as a list of what it carries.
EventEmitter.once = (emitter, name) =>
  new Promise((resolve, reject) => {
    const failed = (error) => { emitter.off(name, heard); reject(error); };
    const heard = (...given) => { emitter.off('error', failed); resolve(given); };
    emitter.once(name, heard);
    if (name !== 'error') emitter.once('error', failed);
  });
modules.events = EventEmitter;
