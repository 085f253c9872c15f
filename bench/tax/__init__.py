"""How fast the tax engine is, beside a plain loop and beside OpenFisca-Japan."""
