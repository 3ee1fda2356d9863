"""The front door: the ``qalqan`` command line, configuration, the demo."""
