"""Pages of the case work: today, queue, case, and the acts on a case."""
