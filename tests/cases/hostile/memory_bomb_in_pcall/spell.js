const keep = [];
for (;;) try { for (;;) keep.push([keep]); } catch { }
