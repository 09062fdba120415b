"""``python -m brainpy_lab``: the command ``brainpy-lab``."""

import sys

from .lab.command_line import main

sys.exit(main())
