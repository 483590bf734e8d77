// An engine that forgets, at each catch, the fuel burnt below it would let this run for ever.
for (;;) try { for (let i = 0; i < 1000; i++); throw 1; } catch { }
