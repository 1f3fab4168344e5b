"""Jobs: the queue that forgets nothing."""
