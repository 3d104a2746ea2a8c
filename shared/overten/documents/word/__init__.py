"""The Word engine: a docx package is the source of truth, and every operation edits the XML of the parts it must."""
