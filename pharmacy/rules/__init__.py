"""Pure rules: values in, values or a refusal out; no session, request, clock or print."""
