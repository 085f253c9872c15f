"""The limits of what is taken in, in one place."""

# In all, as kept: pictures count after they were made smaller.
MAX_FILES = 20
MAX_TOTAL_BYTES = 20 * 1024 * 1024
# One file as it comes in. The scanner takes no more either.
MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_PAGES = 50
# Cameras of today reach 50 million; a picture unpacks to three bytes a pixel.
MAX_PIXELS = 60_000_000
MAX_SIDE = 30_000
# An A4 page at about 220 dots an inch: small print stays readable.
LONG_SIDE = 2_600
THUMBNAIL_SIDE = 240
JPEG_QUALITY = 82
# Indirect objects of a PDF that are looked through.
MAX_OBJECTS = 50_000
