"""The gallery: documents made by typed operations alone, as their files and as pictures of their pages."""
