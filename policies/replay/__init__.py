"""Replay: a whole history walked under given amounts, at once, with the very arithmetic that decides.

Numba compiles it where it is installed (the extra `fast`). Without it the same functions run in CPython, slower, with
the same result. Everything a walk reads or writes is a tuple of columns: arrays where it is compiled, else lists.
"""
