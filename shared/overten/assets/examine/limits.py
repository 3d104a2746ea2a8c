"""How much a file may ask of the one that examines it. Each bound with its reason."""

from __future__ import annotations

MIB = 2**20

# The largest upload that any tier may make (250 MB), with room for how people count.
MAX_FILE_BYTES = 256 * MIB

# Some decoders read a whole image into memory; a photograph of 50 megapixels is about 20 MB.
MAX_IMAGE_BYTES = 64 * MIB
# What a good phone takes today is 50 megapixels. Decoded, at 4 bytes a pixel, this is 256 MB.
MAX_PIXELS = 64_000_000
# Beyond the widest format taken here (JPEG) lies nothing that a document can show.
MAX_SIDE_PIXELS = 65_500
# Every frame costs a decoded canvas in time, though not in memory.
MAX_FRAMES = 1_000
MAX_ANIMATION_PIXELS = 100_000_000
# Animations keep two canvases decoded, in four bytes a pixel.
MAX_ANIMATION_CANVAS_PIXELS = 8_000_000
# Cameras write one scan, progressive images about ten. Each further one makes the decoder go through all pixels again.
MAX_JPEG_SCANS = 100
# Between two frames or rows of work, the clock is looked at: no image is worth more.
MAX_DECODE_SECONDS = 20.0

# The largest workbooks and decks of real use have some thousands of parts.
MAX_PARTS = 10_000
# 10,000 entries of 46 bytes with names of 200 and some extra fields; it is read whole.
MAX_DIRECTORY_BYTES = 4 * MIB
MAX_PART_NAME_CHARS = 512
# Everything unpacked. A worksheet of a million rows and thirty columns is about this large.
MAX_UNPACKED_BYTES = 1024 * MIB
# Worksheets of repeated rows are packed 100 to 1, deflate ends at 1032 to 1. Small packages may have any ratio.
MAX_RATIO = 200
RATIO_FREE_BYTES = 32 * MIB
# [Content_Types].xml and the package's relationships are parsed whole; 10,000 parts are named in about 1 MB.
MAX_INDEX_PART_BYTES = 4 * MIB
# A part's root element follows its declaration at once; nobody writes this much before it.
MAX_PROLOG_BYTES = 64 * 1024

# Streams and storages of an OLE2 file, embedded objects included.
MAX_OLE_ENTRIES = 10_000
# Streams below 4 KB, all together; read whole.
MAX_OLE_MINISTREAM_BYTES = 32 * MIB
# Flags of encryption stand at the beginning of a stream.
OLE_HEAD_BYTES = 64 * 1024

CHUNK_BYTES = 256 * 1024
# Enough lines to tell a table from prose.
TEXT_HEAD_BYTES = 64 * 1024
