"""What people and feed readers open: the published feeds, and the way to them."""
