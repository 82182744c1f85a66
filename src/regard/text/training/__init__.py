"""How the models that ship were made, and are made again: `regard text train`."""
