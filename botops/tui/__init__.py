"""Screen: the face in the terminal, and the only place that knows Textual."""
