"""Reads the open texts: film plots (Wikipedia, CC BY-SA 4.0), tales and novels (public domain)."""

import csv
import hashlib
import io
import json
import os
import re
import tarfile

ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Sgt|Lt|Col|Capt|Gen|Prof|Rev|Jr|Sr|vs|[A-Z])\.$")
SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[A-Z\"“‘'])")
# Words of people who write about films, not of stories.
ABOUT_FILMS = re.compile(
    r"\b(?:film|films|movie|audience|viewer|viewers|screen|screenplay|credits|sequel|starring|stars|"
    r"directed|director|cinema|camera|flashbacks?|prologue|epilogue|scene|scenes|plot|narrator|narration|"
    r"voice-?over|montage|title|actor|actress|episode|remake|novel|opens with|closes with|cuts to|fades)\b", re.I)


def is_held_out(title):
    """One film in 25 is never trained on; a film that stands in several collections has one answer."""
    digest = hashlib.sha256(re.sub(r"\W+", "", title.lower()).encode()).digest()
    return digest[0] * 256 + digest[1] < 65536 // 25


def clean(text):
    text = re.sub(r"\[[^\]]{0,40}\]|\([^()]*\)", " ", text)
    text = (text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
            .replace("–", "-").replace("—", " - ").replace("…", "..."))
    return re.sub(r"\s+([,.;:!?])", r"\1", re.sub(r"\s+", " ", text)).strip()


def sentences(text):
    """Splits at ends of sentences; a title or an initial ends none."""
    parts, begin = [], 0
    for match in SENTENCE_END.finditer(text):
        head = text[begin:match.start()]
        if ABBREVIATION.search(head):
            continue
        parts.append(text[begin:match.end()].strip())
        begin = match.end()
    parts.append(text[begin:].strip())
    return [part for part in parts if part]


def _members(path):
    with tarfile.open(path) as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            if member.isfile():
                yield member.name, archive.extractfile(member).read().decode("utf-8", "replace")


def _columns(text, title, plot):
    csv.field_size_limit(1 << 24)
    for row in csv.DictReader(io.StringIO(text)):
        if row.get(title) and row.get(plot):
            yield row[title], row[plot]


def film_plots(folder):
    """Yields (film title, sentences); a sentence that stood in an earlier collection is left out."""
    plots, seen = {}, set()
    for name, text in _members(os.path.join(folder, "film_plots.tar.xz")):
        if name.endswith(".tsv"):
            rows = [line.split("\t") for line in text.splitlines() if line.count("\t") == 3]
            pairs = [(row[0], row[3]) for row in rows]
        elif name.endswith("ravindu.csv"):
            pairs = _columns(text, "title", "chunked_plot")
        elif name.endswith("sachinlim_sample.csv"):
            pairs = _columns(text, "Title", "Plot")
        elif name.endswith("seyed_subset.csv"):
            pairs = _columns(text, "title", "plot")
        else:
            continue  # linuk.json tells of productions
        for title, plot in pairs:
            for sentence in sentences(clean(plot)):
                key = re.sub(r"\W+", "", sentence.lower())
                if key not in seen:
                    seen.add(key)
                    plots.setdefault(title, []).append(sentence)
    return plots.items()


def tales(folder):
    """Yields the public-domain tales and fables as plain texts."""
    for name, text in _members(os.path.join(folder, "tales.tar.xz")):
        if name.endswith("aesop.json"):
            yield from (clean(fable["fable"]) for fable in json.loads(text))
        elif name.endswith(".csv"):
            yield clean(" ".join(row.get("text") or "" for row in csv.DictReader(io.StringIO(text))))


def novels(folder):
    """Yields the public-domain novels."""
    for name, text in _members(os.path.join(folder, "english_novels.tar.xz")):
        if name.endswith(".txt"):
            yield clean(text)
