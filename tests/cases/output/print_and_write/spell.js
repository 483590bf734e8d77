console.log("a\t1\tnil\ttrue\t1.0");
console.write("b", 2, "\n");
console.write(new Uint8Array([0x63, 0, 0x64, 0xff, 0x0a]));
console.log("e", {x: 1});
print();
