"""The demo city: engines, keys, synthetic residents and the three zones on one machine."""
