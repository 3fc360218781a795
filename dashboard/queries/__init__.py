"""What the pages ask the store, one module a subject."""
