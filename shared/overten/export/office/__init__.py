"""LibreOffice as a converter: a process for each document, started before it is needed. See `engine.Office`."""
