    function inner() {
        throw new Error("Something went wrong");
    }
    
    function outer() {
        inner();
    }
    
    outer();
