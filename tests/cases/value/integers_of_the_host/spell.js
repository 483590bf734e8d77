// Integers of 64 bits come and go without losing a digit: as BigInts, where a number would round them.
const found = await Tool.execute('ledger', { n: 9223372036854775807n });
const kinds = [found.large, found.least, found.small].map((value) => typeof value).join();
if (kinds !== 'bigint,bigint,number') throw new Error(kinds);
if (found.large - 1n !== BigInt(found.small)) throw new Error('it was rounded');
return [found.large, found.least, found.small, found.half];
