"""The measurements of ``make bench``: a module for each subject, with a function ``measure``.

All data that a measurement writes is rolled back.
"""
