"""The hard titles against Chromium: the same fonts, the same box, plain greedy wrapping."""

from __future__ import annotations

import shutil

import pytest

from sharekit import resources
from sharekit.typeset import Step, lay_out, words

pytestmark = pytest.mark.browser

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
WIDTH, SIZE = 620, 48

# Where we mean to differ: a space between words of Arabic or Cyrillic comes from the face of
# these words and is a little wider than Archivo's, no line ends after a hyphen in a word, and a
# full-width comma at a line's end hangs by its empty half, which Chromium keeps.
KNOWN_DIFFERENCES = 6

MEASURE = """
(element) => {
  const node = element.firstChild, lines = [], words = [];
  const range = document.createRange();
  let top = null, at = 0, word = null;
  for (const char of node.data) {
    range.setStart(node, at); range.setEnd(node, at + char.length);
    const box = [...range.getClientRects()].find(rect => rect.width > 0);
    if (box && (top === null || box.top > top + 20)) { lines.push(''); top = box.top; word = null; }
    lines[lines.length - 1] += char;
    if (char === ' ') word = null;
    else if (box) {
      if (!word) words.push(word = {line: lines.length - 1, text: '', left: box.left});
      word.text += char; word.left = Math.min(word.left, box.left);
    }
    at += char.length;
  }
  return {lines, words};
}
"""


def page_of(titles):
    folder = resources.fonts()
    order = [
        "archivo/Archivo.ttf",
        *sorted(
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*.[to]tf")
            if "Serif" not in path.name
            and "Naskh" not in path.name
            and path.parent.name != "archivo"
        ),
    ]
    faces = "".join(
        f'@font-face {{ font-family: "f{number}"; src: url("{(folder / name).as_uri()}");'
        " font-weight: 1 999; }"
        for number, name in enumerate(order)
    )
    families = ", ".join(f'"f{number}"' for number in range(len(order)))
    blocks = "".join(
        f'<p lang="{language}" dir="auto">{text.replace("&", "&amp;")}</p>'
        for language, text in titles
    )
    return f"""<!doctype html><meta charset="utf-8"><style>{faces}
      p {{ width: {WIDTH}px; font: 720 {SIZE}px/60px {families}; line-break: strict;
           font-synthesis: none; overflow-wrap: break-word; margin: 0 0 20px }}
      p:lang(ko) {{ word-break: keep-all }}</style>{blocks}"""


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def measured(browser, titles, tmp_path_factory):
    """What Chromium made of each title."""
    path = tmp_path_factory.mktemp("chromium") / "titles.html"
    path.write_text(page_of(titles), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    page.evaluate("document.fonts.ready")
    return [element.evaluate(MEASURE) for element in page.query_selector_all("p")]


@pytest.fixture(scope="module")
def ours(titles, style):
    wanted = style(steps=[Step(SIZE, 60)], lines=12, wrap="greedy")
    return [
        lay_out(text, WIDTH, 2000, style(steps=wanted.steps, lines=12, wrap="greedy", language=tag))
        for tag, text in titles
    ]


def lines_of(block):
    return [block.text[line.start : line.end].rstrip(" ") for line in block.lines]


def test_lines_end_in_the_same_places(titles, measured, ours):
    if not words.has_icu():
        pytest.skip("Chromium uses ICU's dictionaries")
    differences = [
        (found["lines"], lines_of(block))
        for found, block in zip(measured, ours, strict=True)
        if [line.rstrip(" ") for line in found["lines"]] != lines_of(block)
    ]
    for theirs, mine in differences:
        print(theirs, mine, sep="\n", end="\n\n")
    assert len(differences) <= KNOWN_DIFFERENCES


def test_words_stand_in_the_same_order(measured, ours):
    for found, block in zip(measured, ours, strict=True):
        if [line.rstrip(" ") for line in found["lines"]] != lines_of(block):
            continue
        for number, line in enumerate(block.lines):
            theirs = sorted(
                (word for word in found["words"] if word["line"] == number),
                key=lambda word: word["left"],
            )
            assert [word["text"].replace("\u200b", "") for word in theirs] == words_from_left(
                block, line
            )


def words_from_left(block, line):
    left: dict[int, float] = {}
    for piece in line.pieces:
        for x, cluster in zip(piece.xs, piece.clusters, strict=True):
            left[cluster] = min(x, left.get(cluster, x))
    found, start = [], line.start  # a word may hold characters that nothing shows
    for word in block.text[line.start : line.end].split(" "):
        places = [left[at] for at in range(start, start + len(word)) if at in left]
        if places:
            found.append((min(places), word.replace("\u200b", "")))
        start += len(word) + 1
    return [word for _, word in sorted(found)]
