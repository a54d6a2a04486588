"""Speech or not, window by window: the ONNX inside the silero-vad package, run with onnxruntime.

The package itself is never imported: it imports torch and sets torch to one thread for the whole process
(silero_vad/model.py). The model wants each window behind the last 64 samples of the one before, and hands
back a state to be given to it again; both are kept here.
"""

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from ..audio.pcm import MIC_RATE_HZ, WINDOW, Samples
from ..errors import EngineFailed, EngineMissing
from .ports import EngineInfo

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

CONTEXT = 64  # samples of the window before, at 16 kHz (utils_vad.py, OnnxWrapper.__call__)
STATE_SHAPE = (2, 1, 128)
MODEL_FILE = "data/silero_vad.onnx"


class SileroVad:
    """Give it every window in order. It is for one stream: another microphone needs a `fresh` one."""

    info = EngineInfo(name="silero", basic=False)

    def __init__(self, session: "InferenceSession") -> None:
        self._session = session
        self._rate = np.array(MIC_RATE_HZ, dtype=np.int64)
        self._input = np.zeros((1, CONTEXT + WINDOW), dtype=np.float32)
        self._state: NDArray[np.float32] = np.zeros(STATE_SHAPE, dtype=np.float32)

    @classmethod
    async def load(cls) -> "SileroVad":
        """Read the model off the event loop. Raises `EngineMissing`, `EngineFailed`."""
        return cls(await anyio.to_thread.run_sync(_open_session))

    def probability(self, window: Samples) -> float:
        if window.size != WINDOW:
            raise ValueError(f"a VAD window has {window.size} samples, not {WINDOW}")
        self._input[0, :CONTEXT] = self._input[0, WINDOW:]
        np.multiply(window, 1 / 32768, out=self._input[0, CONTEXT:])
        probability, self._state = self._session.run(
            None, {"input": self._input, "state": self._state, "sr": self._rate}
        )
        return float(probability[0, 0])

    def reset(self) -> None:
        self._input.fill(0)
        self._state = np.zeros(STATE_SHAPE, dtype=np.float32)

    def fresh(self) -> "SileroVad":
        return SileroVad(self._session)


def _open_session() -> "InferenceSession":
    path = _model_path()
    # onnxruntime reports to its maker unless told not to, from its import on (its Privacy.md).
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import onnxruntime
    except ImportError as error:
        raise EngineMissing("Voice detection needs the Python package onnxruntime, which is missing") from error
    options = onnxruntime.SessionOptions()
    # More threads make 0.1 ms of work slower, and they would spin beside the event loop.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own classes derive from Exception only
        raise EngineFailed("The voice detection model cannot be read: its file may be damaged") from error


def _model_path() -> Path:
    # find_spec of a top-level package looks for it without running it.
    spec = importlib.util.find_spec("silero_vad")
    if spec is None or not spec.submodule_search_locations:
        raise EngineMissing("Voice detection needs the Python package silero-vad, which is missing")
    path = Path(spec.submodule_search_locations[0]) / MODEL_FILE
    if not path.is_file():
        raise EngineMissing(f"The package silero-vad holds no {MODEL_FILE}: its version is not one we know")
    return path
