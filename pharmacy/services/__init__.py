"""Services: one verb is one change.

A service takes the session first, then ids and values, who does it and when. It may flush, it
never ends the transaction, and it never looks for the current user or the clock.
"""
