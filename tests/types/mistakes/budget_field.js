console.log(Budget.remaining().dollars);
