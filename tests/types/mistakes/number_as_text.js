Workflow.parallel({ name: 'a', max_concurrency: '4' });
