"""One module per command of ``qalqan``."""
