"""Writes what GuessIt finds in its own film cases, as JSON lines of set, name, title, year, editions and source: the oracle of bench_serve.

The set "movies" was in view when the rules of collect/film_name were made, "various" was not. Lines on standard input are further
names, of the set "made". Needs Debian's python3-guessit, which brings the cases; the product needs neither."""
import json
import pathlib
import sys

import guessit
import yaml

cases = pathlib.Path(guessit.__file__).parent / "test"


class Loader(yaml.SafeLoader):
    """Keeps the order of keys, and those that stand there twice."""


def pairs(loader, node):
    return [(loader.construct_object(key, deep=True), loader.construct_object(value, deep=True)) for key, value in node.value]


Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, pairs)


def as_list(value):
    return [] if value is None else value if isinstance(value, list) else [value]


def tell(group, name, options=""):
    found = guessit.guessit(name, f"--type movie {options}".strip())
    json.dump({"set": group, "name": name, "title": str(found.get("title", "")), "year": found.get("year", 0),
               "editions": [str(edition) for edition in as_list(found.get("edition"))],
               "source": str((as_list(found.get("source")) or [""])[0])}, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")


seen = set()
for group in ("movies", "various"):
    for name, expected in yaml.load((cases / f"{group}.yml").read_text(encoding="utf-8"), Loader):
        expected = dict(expected or [])
        is_film = group == "movies" or expected.get("type") == "movie"
        # "__default__" is no name, and a leading "-" tells what must not be found.
        if not is_film or name == "__default__" or str(name).startswith("-") or name in seen:
            continue
        seen.add(name)
        tell(group, str(name), expected.get("options", ""))
for line in [] if sys.stdin.isatty() else sys.stdin:
    tell("made", line.rstrip("\n"))
