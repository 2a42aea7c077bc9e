"""Forms check shape only: is it there, is it a number, is it a date. Meaning is for the rules."""
