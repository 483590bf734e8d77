return {list: [0, 1, {f: print}]};
