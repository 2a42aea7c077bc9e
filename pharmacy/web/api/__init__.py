"""The API for other programs: JSON in and out, bearer tokens, problem details for refusals."""
