for (;;) try { throw new Error('catch me'); } catch {}
