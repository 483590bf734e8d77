Workflow.sequential({ name: 'a', stepz: [] });
