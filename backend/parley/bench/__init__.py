"""How quick Parley is on the user's own computer: `parley bench`.

engines.py and turn.py measure, each figure several times; figures.py says what a figure is; fitting.py, verdict.py and
compare.py are rules over figures; page.py words them. The developers' bars are tests/bench's.
"""

import os

# Before numpy is imported: the yardstick is one core's work, and the sidecar counts on the same (commands/serve.py).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
