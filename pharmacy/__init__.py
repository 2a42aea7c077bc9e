"""The medicine-subsidy pharmacy: one house, its floors listed in the README's design section."""
