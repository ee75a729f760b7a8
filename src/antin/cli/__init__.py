"""The command line: translates words into acts and views, and answers and errors into words. Nothing else."""
