"""Media: from a file in the inbox to a product picture that can be served and sent."""
