try { JSON.encode({ get x() { for (;;); } }); } finally { exit(9); }
