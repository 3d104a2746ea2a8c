"""How the data files of the document engines were made: font metrics and icons. Run by hand, never at build time."""
