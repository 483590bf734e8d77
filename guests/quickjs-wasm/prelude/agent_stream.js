// Streams: replies as they arrive.
// After: agent.
const { close } = raw.operation;
const { pullUntil, closeOnAbort, workUntil } = guest;
const { reply, startRun, raise, define, put, method, strict, typeName } = guest;
const { setPrototypeOf } = Object;
const methods = guest.agentMethods;

// A piece behaves as its text. It has one of: text, reasoning, tool {id, name, arguments}, tool_result {id, name, ok},
// again (why the model is asked once more); the last one is done, and has the whole reply.
const piece = (chunk) => {
  if (chunk.text === undefined) put(chunk, 'text', '');
  put(chunk, 'done', false);
  return reply(chunk);
};
const lastPiece = (whole) => reply({ text: '', done: true, reply: whole, usage: whole.usage, finish_reason: whole.finish_reason });

// Calls `onPiece` with each piece; false stops, and closes the provider's request. Gives the reply, as far as it came.
const listen = async ({ signal, begin }, onPiece) => {
  if (signal?.aborted) throw signal.reason;
  const operation = begin(), forget = closeOnAbort(signal, operation);
  let heard = '';
  try {
    for (;;) {
      const step = await pullUntil(signal, operation, reply);
      if (step.done) return step.value;
      const one = piece(step.value);
      heard += one.text;
      if ((await onPiece(one)) === false) return reply({ text: heard, finish_reason: 'stopped', stopped: true });
    }
  } finally {
    forget();
    close(operation);
  }
};

// An asynchronous iterator of pieces. Leaving its loop closes the request.
class Stream {
  #operation;
  #signal;
  #forget = () => {};
  #answer; // of an agent made of functions: a promise, whose answer is a piece of its own
  #over = false;
  constructor(begun) {
    this.#signal = begun.signal;
    if (begun.call) this.#answer = workUntil(begun.signal, begun.call);
    else if (!begun.signal?.aborted) {
      this.#operation = begun.begin();
      this.#forget = closeOnAbort(begun.signal, this.#operation);
    }
  }
  async next() {
    if (this.#over) return { value: undefined, done: true };
    let whole;
    if (this.#answer) {
      whole = await this.#answer;
      if (!this.reply) {
        put(this, 'reply', whole);
        return { value: piece({ text: whole.text }), done: false };
      }
    } else {
      let step;
      try {
        step = await pullUntil(this.#signal, this.#operation, reply);
      } catch (error) {
        this.#end();
        throw error;
      }
      if (!step.done) return { value: piece(step.value), done: false };
      whole = step.value;
    }
    this.#end();
    put(this, 'reply', whole);
    return { value: lastPiece(whole), done: false };
  }
  async return(value) {
    this.close();
    return { value, done: true };
  }
  #end() {
    this.#over = true;
    this.#forget();
  }
  close() {
    this.#end();
    if (this.#operation) close(this.#operation);
  }
  // Hears the rest: a promise of the whole reply.
  async collect() {
    while (!(await this.next()).done);
    return this.reply;
  }
  isDone() { return this.#over; }
  is_done() { return this.#over; }
}
define(Stream.prototype, Symbol.asyncIterator, function () { return this; });
define(Stream.prototype, Symbol.iterator, () => raise('the pieces of a stream come one by one: for await (const piece of stream)'));
delete Stream.prototype.constructor;
guest.handles(Stream.prototype, 'stream');
define(Stream.prototype, 'reply', undefined);
setPrototypeOf(Stream.prototype, strict(Stream.prototype, 'a stream'));

// With a function: calls it, and gives a promise of the reply. Without one: an iterator for `for await`.
guest.streamOf = (start, onPiece) => {
  if (onPiece !== undefined && typeof onPiece !== 'function') raise('a stream takes a function that gets the pieces, not a ' + typeName(onPiece));
  const begun = start();
  if (!onPiece) return new Stream(begun);
  if (begun.begin) return listen(begun, onPiece);
  return (async () => {
    const whole = await workUntil(begun.signal, begun.call);
    await onPiece(piece({ text: whole.text }));
    return whole;
  })();
};

// (prompt), (prompt, function), (prompt, options), (prompt, function, options), (prompt, options, function)
for (const name of ['stream', 'invoke_stream', 'run_stream', 'execute_stream', 'stream_chat', 'chat_stream'])
  method(methods, name, function (prompt, a, b) {
    const swapped = typeof a !== 'function' && (a !== undefined || typeof b === 'function');
    return guest.streamOf(() => startRun(this, prompt, swapped ? a : b, 'agent.stream', true), swapped ? b : a);
  });
