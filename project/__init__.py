"""The project folder on disk: the store, history, jobs, settings, errors."""
