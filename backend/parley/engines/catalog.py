"""The models that can be fetched: what each is for, what it weighs, who may use it, and what proves it whole.

Pure data. Sizes and SHA-256 are those of the files at the pinned revision, as several projects publish them and the
hub's own listing has them; a file that differs is never used. Where models lie is model_store.py's, how they get
there downloads.py's.
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from ..errors import UnknownModel

HUB = "https://huggingface.co"
"""HF_ENDPOINT names a mirror, as it does for the libraries of the field."""

ModelEngine = Literal["whisper", "kokoro"]


@dataclass(frozen=True)
class ModelFile:
    path: str
    """Within the repository and within the model's folder, with `/`."""
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Model:
    name: str
    """As in settings and on the command line."""
    engine: ModelEngine
    repository: str
    revision: str
    licence: str
    """SPDX."""
    languages: str
    purpose: str
    """One sentence, for whoever has to choose."""
    memory_mb: int
    """Resident, while it works; rounded up from measurements on models of the same shape."""
    files: tuple[ModelFile, ...]

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)

    def address(self, file: ModelFile, hub: str = HUB) -> str:
        return f"{hub.rstrip('/')}/{self.repository}/resolve/{self.revision}/{quote(file.path)}"


_TOKENIZER = ModelFile("tokenizer.json", 2_203_239, "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab")
_VOCABULARY = ModelFile("vocabulary.txt", 459_861, "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913")
"""All multilingual sizes up to `small` share these two."""


def _whisper(name: str, revision: str, purpose: str, memory_mb: int, config: ModelFile, weights: ModelFile) -> Model:
    return Model(
        name=f"whisper-{name}",
        engine="whisper",
        repository=f"Systran/faster-whisper-{name}",
        revision=revision,
        licence="MIT",
        languages="99 languages",
        purpose=purpose,
        memory_mb=memory_mb,
        files=(config, weights, _TOKENIZER, _VOCABULARY),
    )


KOKORO_VOICES = {
    "af_heart": (523_425, "0ab5709b8ffab19bfd849cd11d98f75b60af7733253ad0d67b12382a102cb4ff"),
    "af_bella": (523_425, "8cb64e02fcc8de0327a8e13817e49c76c945ecf0052ceac97d3081480e8e48d6"),
    "af_nicole": (523_430, "c5561808bcf5250fe8c5f5de32caf2d94f27e57e95befdb098c5c85991d4c5da"),
    "af_sarah": (523_425, "49bd364ea3be9eb3e9685e8f9a15448c4883112a7c0ff7ab139fa4088b08cef9"),
    "am_fenrir": (523_430, "98e507eca1db08230ae3b6232d59c10aec9630022d19accac4f5d12fcec3c37a"),
    "am_michael": (523_435, "9a443b79a4b22489a5b0ab7c651a0bcd1a30bef675c28333f06971abbd47bd37"),
    "am_puck": (523_420, "dd1d8973f4ce4b7d8ae407c77a435f485dabc052081b80ea75c4f30b84f36223"),
    "bf_emma": (523_420, "d0a423deabf4a52b4f49318c51742c54e21bb89bbbe9a12141e7758ddb5da701"),
    "bf_isabella": (523_440, "cdd4c37003805104d1d08fb1e05855c8fb2c68de24ca6e71f264a30aaa59eefd"),
    "bm_fable": (523_430, "d44935f3135257a9064df99f007fc1342ff1aa767552b4a4fa4c3b2e6e59079c"),
    "bm_george": (523_430, "f1bc812213dc59774769e5c80004b13eeb79bd78130b11b2d7f934542dab811b"),
}
"""The English voices that Kokoro's own list grades best, a woman's (f) and a man's (m) of each accent (a, b)."""

MODELS = (
    _whisper(
        "tiny",
        "d90ca5fe260221311c53c58e660288d3deb8d356",
        "The quickest that understands more than the basic recognizer; for weak machines.",
        400,
        ModelFile("config.json", 2_249, "a73a28cdfe1c43ccc7202fa333d1f89c202477271407ae9a7f19afa52039cac8"),
        ModelFile("model.bin", 75_538_270, "dcb76c6586fc06cbdac6dd21f14cfd129cc4cdd9dce19bf4ffa62e59cbe6e6d1"),
    ),
    _whisper(
        "base",
        "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
        "A good start on most machines without a graphics card.",
        500,
        ModelFile("config.json", 2_309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
        ModelFile("model.bin", 145_217_532, "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"),
    ),
    _whisper(
        "small",
        "536b0662742c02347bc0e980a01041f333bce120",
        "Understands clearly better; wants a recent processor or a graphics card.",
        1100,
        ModelFile("config.json", 2_370, "b55496ac7940a7ae47d2c01eab40edfd8701feec1229d9cce3b40014383fb828"),
        ModelFile("model.bin", 483_546_902, "3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671"),
    ),
    Model(
        name="whisper-large-v3-turbo",
        engine="whisper",
        repository="dropbox-dash/faster-whisper-large-v3-turbo",
        revision="0a363e9161cbc7ed1431c9597a8ceaf0c4f78fcf",
        licence="MIT",
        languages="99 languages",
        purpose="The best there is here; for machines with an NVIDIA graphics card.",
        memory_mb=2500,
        files=(
            ModelFile("config.json", 2_263, "b0253ea6c0d3bea6b1e19e91a02acfd3b53f4467362efcb5a3e6b16c9b3a9b7e"),
            ModelFile("model.bin", 1_617_884_929, "e76620f83d5f5b69efd3d87e3dc180c1bd21df9fbebacfd4335e5e1efcc018da"),
            ModelFile(
                "preprocessor_config.json", 340, "7ccc62c6f2765af1f3b46c00c9b5894426835a05021c8b9c01eecb6dfb542711"
            ),
            ModelFile("tokenizer.json", 2_710_337, "297b13372ac43916285644fb9687add3cc62ee2a1adb60da3dc25cc94c1871fd"),
            ModelFile("vocabulary.json", 1_068_114, "c69260f2ab26d659b7c398f9a2b2b48ed0df16c3b47d7326782fd9cba71690c1"),
        ),
    ),
    Model(
        name="kokoro",
        engine="kokoro",
        repository="hexgrad/Kokoro-82M",
        revision="f3ff3571791e39611d31c381e3a41a3af07b4987",
        licence="Apache-2.0",
        languages="English (American and British)",
        purpose="A natural voice; wants about half a core per second of speech, and 1.5 GB on disk.",
        memory_mb=1700,
        files=(
            ModelFile("config.json", 2_351, "5abb01e2403b072bf03d04fde160443e209d7a0dad49a423be15196b9b43c17f"),
            ModelFile(
                "kokoro-v1_0.pth", 327_212_226, "496dba118d1a58f5f3db2efc88dbdc216e0483fc89fe6e47ee1f2c53f18ad1e4"
            ),
            *(ModelFile(f"voices/{name}.pt", *whole) for name, whole in KOKORO_VOICES.items()),
        ),
    ),
)

_BY_NAME = {model.name: model for model in MODELS}


def find_in_catalog(name: str) -> Model:
    """Raises `UnknownModel`, which lists what there is. `base` is understood as `whisper-base`."""
    model = _BY_NAME.get(name) or _BY_NAME.get(f"whisper-{name}")
    if model is None:
        raise UnknownModel(f"there is no model {name!r}; there are {', '.join(_BY_NAME)}.")
    return model
