"""The command line: parse, call `App`, print. Data on stdout, everything else on stderr.

One module for each group of commands, imported only when one of them runs.
"""
