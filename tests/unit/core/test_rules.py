"""What is remembered is taken as it was judged while the rules are the same: who changes them has to say so."""

from __future__ import annotations

import ast
from pathlib import Path

from aggregator.core import identity, judging

CORE = Path(judging.__file__).parent
# All that a judgement follows from. Raise RULES where an answer may be judged otherwise than before; in any case write the digest here.
MODULES = (
    "codes", "figures", "glossary", "hanzi", "judging", "language", "lengths", "names", "numerals", "preambles", "readings", "scripts",
    "shifts", "verify",
)  # fmt: skip
WRITTEN = (1, "8c067c50")


def source(module: str) -> str:
    return (CORE / f"{module}.py").read_text("utf-8")


def test_other_rules_have_another_number() -> None:
    assert (judging.RULES, identity.digest(*map(source, MODULES))[:8]) == WRITTEN


def test_every_module_that_judges_is_among_them() -> None:
    """Those that it imports, but for what says nothing of answers."""
    apart = {"memory", "patterns", "slugs"}
    imported = {
        name
        for module in MODULES
        for node in ast.walk(ast.parse(source(module)))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aggregator.core")
        for name in ([alias.name for alias in node.names] if node.module == "aggregator.core" else [(node.module or "").split(".")[2]])
    }
    assert imported - set(MODULES) == apart
