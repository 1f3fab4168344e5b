"""Demo: a sample flower shop with an afternoon that is acted out through the ordinary services."""
