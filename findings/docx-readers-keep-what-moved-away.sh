#!/usr/bin/env bash
# Guess: readers of .docx agree on the text of a document with tracked changes: as it is once they are accepted.
# Instead: python-docx's `paragraph.text` leaves out what was inserted, moved to its place, or stands in a content control, so
#   that "The price is 900 euros." reads "The price is  euros."; docx2txt and docx2python take text that was moved away for
#   text that is there (its runs are plain `w:t`, only those of `w:del` are not), and read a text box twice, as the file holds it
#   for two kinds of programs (`mc:Choice`, `mc:Fallback`). Only mammoth gave the text that a person sees.
# What we do: host/retrieval/src/extract/docx.rs reads insertions, and leaves out `del`, `moveFrom` and `Fallback`.
# Versions: python-docx 1.2.0, docx2txt 0.9, docx2python 3.7.1, mammoth 1.13.0.
# Source: seen by running this; elements: ECMA-376 part 1, 17.13.5, and part 3, 10.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet python-docx==1.2.0 docx2txt==0.9 docx2python==3.7.1 mammoth==1.13.0
cat > read.py <<'PYTHON'
import docx, docx2txt, mammoth
from docx.oxml import parse_xml
from docx2python import docx2python

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
CHANGE = 'w:id="%d" w:author="A" w:date="2026-01-01T00:00:00Z"'

def add(paragraph, xml):
    start = xml.index(">")
    paragraph._p.append(parse_xml(f'{xml[:start]} xmlns:w="{WORD}" xmlns:mc="{COMPATIBILITY}"{xml[start:]}'))

def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'

document = docx.Document()
price = document.add_paragraph("The price is ")
add(price, f"<w:ins {CHANGE % 1}>{run('900')}</w:ins>")
add(price, f"<w:del {CHANGE % 2}><w:r><w:delText>700</w:delText></w:r></w:del>")
add(price, run(" euros."))
signed = document.add_paragraph("Signed ")
add(signed, f"<w:sdt ><w:sdtContent>{run('Ada')}</w:sdtContent></w:sdt>")
clause = document.add_paragraph("Clause ")
add(clause, f"<w:moveFrom {CHANGE % 3}>{run('left')}</w:moveFrom>")
add(clause, f"<w:moveTo {CHANGE % 4}>{run('arrived')}</w:moveTo>")
box = document.add_paragraph("Box ")
content = f"<w:txbxContent><w:p>{run('Notice')}</w:p></w:txbxContent>"
add(box, f'<w:r ><mc:AlternateContent><mc:Choice Requires="wps">{content}</mc:Choice>'
    f"<mc:Fallback><w:pict>{content}</w:pict></mc:Fallback></mc:AlternateContent></w:r>")
document.save("changed.docx")

texts = {
    "python-docx": "\n".join(paragraph.text for paragraph in docx.Document("changed.docx").paragraphs),
    "docx2txt": docx2txt.process("changed.docx"),
    "docx2python": docx2python("changed.docx").text,
    "mammoth": mammoth.extract_raw_text(open("changed.docx", "rb")).value,
}
for name, text in texts.items():
    words = " ".join(text.split())
    print(f"{name:12} {words}")
    seen = {
        "inserted": "900" in words, "controlled": "Ada" in words, "moved to": "arrived" in words,
        "moved away": "left" in words, "boxes": words.count("Notice"), "deleted": "700" in words,
    }
    expected = {"inserted": True, "controlled": True, "moved to": True, "moved away": False, "boxes": 1, "deleted": False}
    if name == "python-docx":
        expected |= {"inserted": False, "controlled": False, "moved to": False, "boxes": 0}
    elif name != "mammoth":
        expected |= {"moved away": True, "boxes": 2}
    assert seen == expected, (name, seen)
PYTHON
venv/bin/python read.py
