"""Documents in other formats: from the bytes of one file to the bytes of another."""
