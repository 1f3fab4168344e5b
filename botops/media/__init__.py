"""Media: photos on their way from a folder to a product."""
