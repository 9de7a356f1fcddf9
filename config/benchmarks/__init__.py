"""What ``make bench`` measures: a module for each subject, each with ``measure``.

Whatever a measurement writes is rolled back.
"""
