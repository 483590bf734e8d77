try { [2, 1].sort(() => { for (;;); }); } catch { exit(9); }
