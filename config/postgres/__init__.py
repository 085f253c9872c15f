"""PostgreSQL as Django speaks to it, with a cheaper look at connections that were kept."""
