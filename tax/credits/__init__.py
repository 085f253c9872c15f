"""税額控除 (地方税法37条～37条の4, 314条の6～314条の9, 附則): credits in the legal order."""
