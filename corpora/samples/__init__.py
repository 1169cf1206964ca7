"""The bundled demand and supply lists of an invented Bortala, and the script building them."""
