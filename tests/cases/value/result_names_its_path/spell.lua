return {list = {1, {f = print}}}
