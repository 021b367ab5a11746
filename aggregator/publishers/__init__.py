"""What is written: documents for a Hugo site, feeds, lists of feeds, and the files they become."""
