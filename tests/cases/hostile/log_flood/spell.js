for (;;) Logger.info("x".repeat(1000));
