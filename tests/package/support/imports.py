"""Run by the packed Python: import all that Parley's code imports, at its top or late, and say what is not there.

Which packages are pruned (build/package/staging.mjs) is a guess until their modules have been loaded.
"""

import ast
import importlib
import sys
from pathlib import Path

import parley

VOICE_PACK = {"kokoro", "misaki", "phonemizer", "spacy", "torch"}
LATE = ["anthropic.lib.bedrock", "botocore.client", "botocore.credentials", "mcp.client.stdio"]
"""What packages of ours import late themselves."""


def imported(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module)
    return found


ROOT = Path(parley.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))
names = {name for path in SOURCES for name in imported(ast.parse(path.read_text(encoding="utf-8")))}
missing = []
for name in sorted(names | set(LATE)):
    if name.partition(".")[0] in VOICE_PACK:
        continue
    try:
        importlib.import_module(name)
    except ImportError as error:
        missing.append(f"{name}: {error}")
sys.stdout.write(f"{len(names)} modules; missing: {missing}\n")
