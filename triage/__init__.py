"""The analysts' web console: the queue, the case, the decisions."""
