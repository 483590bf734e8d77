for (;;) try { for (let s = "x"; ; s += s) s.charCodeAt(0); } catch { }
