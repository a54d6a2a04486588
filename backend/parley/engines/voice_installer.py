"""Runs pip, in a process that ends with the sidecar: `python PATH_OF_THIS_FILE install …`. See voice_pack.py."""

import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1
"""prctl(2)."""

if __name__ == "__main__":
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    sys.argv[0] = "pip"
    runpy.run_module("pip", run_name="__main__")
