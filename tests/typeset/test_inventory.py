from __future__ import annotations

import subprocess
import sys

from sharekit.typeset import Fonts, fingerprint, inventory, report, words


def test_everything_shipped_is_there():
    facts = {fact.name: fact for fact in report(Fonts(system=False))}
    assert facts["text"].value.startswith("uharfbuzz ")
    assert facts["drawing"].value == "HarfBuzz"
    assert facts["Japanese"].value == "NotoSansCJK.otf"
    assert facts["Thai"].value == "NotoSansThai.ttf"
    assert facts["emoji"].value.startswith("NotoColorEmoji")
    scripts = set(inventory._SCRIPTS)
    assert all(facts[name].ok for name in scripts)


def test_an_absent_dictionary_comes_with_what_to_do(monkeypatch):
    monkeypatch.setattr(words, "has_icu", lambda: False)
    facts = {fact.name: fact for fact in report(Fonts(system=False))}
    assert not facts["Khmer words"].ok
    assert "sharekit[icu]" in facts["Khmer words"].hint
    assert facts["Thai words"].ok


def test_the_fingerprint_names_what_decides_a_layout():
    assert "uharfbuzz=" in fingerprint()
    assert "unicode=17" in fingerprint()
    assert fingerprint() == fingerprint()


def test_importing_the_package_imports_nothing_heavy():
    code = (
        "import sys; import sharekit.typeset; "
        "print(sorted({'uharfbuzz', 'PIL', 'budoux', 'icu4py', 'regex'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
