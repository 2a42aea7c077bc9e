"""The print shop: plain values in, bytes out. It knows nothing of the pharmacy."""
