"""The same examples in every run, few enough for the whole room to take seconds."""

from hypothesis import settings

settings.register_profile("rules", max_examples=60, deadline=None, derandomize=True, database=None)
settings.load_profile("rules")
