"""The command line of ``python -m tests.benchmarks``."""

import os
import sys
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()
import_module("tests.benchmarks.command").Command().run_from_argv([sys.argv[0], "tests.benchmarks", *sys.argv[1:]])
