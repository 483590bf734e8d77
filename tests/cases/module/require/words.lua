return {greeting = "hello"}
