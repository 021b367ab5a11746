"""What drives the pipeline: once, or for ever in one process."""
