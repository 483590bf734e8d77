Hook.compose([() => true], 'before');
