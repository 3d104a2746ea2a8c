"""One module for each document of the gallery, with its `PIECE`."""
