"""Why Parley does not work here, and what to do: `parley doctor`.

finding.py says what a finding is and in which order things are looked at; each other file looks at one kind of thing.
It must work where nothing else does: all of it is read by Python 3.8 and stands on the standard library; what needs
more is imported inside a check, behind the one that says what is missing.
"""
