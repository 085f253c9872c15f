def measure_notices():
    return {}
