"""The web floor: HTTP, forms and words around the services; one file per noun."""
