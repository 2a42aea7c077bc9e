"""Papers: rows of the database into the plain values the print shop draws.

A paper is built from a session, ids and a language, never from the request at hand, so that the
command line prints the very same one.
"""
