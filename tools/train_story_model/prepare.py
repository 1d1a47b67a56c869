"""Makes the training texts: pairs of an event and its sentences, split by film, and plain texts to learn English from."""

import argparse
import collections
import json
import os
import random
import re

import corpus
import events
import names

PRONOUN = re.compile(r"^(?:He|She) ")
PLURAL = re.compile(r"^They (?:both )?")
# Whom a sentence begins with when it has no name for them.
SOMEBODY = re.compile(r"^(?:The|A|An|His|Her|Their) (?:(?:old|young|other|local|new|two|former|rich|poor|little|older|younger|police|evil|dying) )?"
                      r"(?:man|woman|boy|girl|father|mother|brother|sister|son|daughter|wife|husband|friend|doctor|detective|officer|soldier|king|queen|"
                      r"prince|princess|thief|killer|murderer|teacher|boss|stranger|uncle|aunt|lawyer|captain|sheriff|guard|servant|maid|driver|"
                      r"priest|nurse|girlfriend|boyfriend|partner|owner|judge|professor|reporter|witch|hunter|agent|assistant|fisherman|merchant|"
                      r"farmer|widow|neighbor|neighbour|child|lover|fiance|actor|singer|writer|artist|colonel|general|inspector) (?=[a-z]+s |is |was |[a-z]+ed )")
# What stands before a role that is no name of a person: "a <|p2|>", "the <|p1|> brand".
NO_NAME = re.compile(r"\b(?:a|an|the|this|that|every|another|his|her|their|its|new|old|of an?|young|his own|her own) <\|p|<\|p\d\|> <\||<\|p(?:lace)?\d\|>[A-Za-z-]", re.I)
ODD_BEGIN = re.compile(r"^(?:But|And|Or|So|Nor|Yet|However|Also|Thus|Therefore|Unfortunately|Although|Though|Because|In fact|Of course|What|How|Why|Who)\b")
VARIANTS = 3


def is_tellable(sentence):
    words = sentence.split()
    return (4 <= len(words) <= 26 and not corpus.ABOUT_FILMS.search(sentence) and sentence[-1] in ".!?" and sentence[0].isupper()
            and not ODD_BEGIN.match(sentence) and not re.search(r"[a-z][A-Z]| - |[^\x20-\x7eÀ-ÿ]|\d{3}|http|[\"&:;{}|<>=*_#/\\]", sentence))


def variants_of_film(sentences, tools, rng):
    """Yields the training texts of each group of one to three sentences: the same text with other keywords."""
    film = names.FilmNames(sentences, tools.verbs)
    for first in range(len(sentences)):
        yield variants_of(sentences[first:first + 1], film, tools, rng)
        yield variants_of(sentences[first:first + rng.choice((2, 2, 2, 3))], film, tools, rng)


class Tools:
    """What was learned from all texts: verbs, nouns and how rare words are."""

    def __init__(self, verbs, nouns, rarity):
        self.verbs, self.nouns, self.rarity = verbs, nouns, rarity


def variants_of(group, film, tools, rng):
    """Training texts of these sentences; none if they cannot be told as one event."""
    if not all(is_tellable(sentence) for sentence in group) or sum(len(sentence) for sentence in group) > 330:
        return []
    text = film.replace(group)
    if text is None or unknown_name(text):
        return []
    text = name_subject(text)
    event = events.find_event(text, tools.verbs)
    if event is None or not events.ROLE.search(text) or NO_NAME.search(text) or not is_sure_who(text):
        return []
    if event["object"] and not event["object"].startswith("<") and event["object"] not in tools.nouns:
        event["object"] = None
    text, event = number_roles(text, event)
    event["gender"] = events.gender(text)
    event["others"] = sorted(set(events.ROLE.findall(text)))
    if sum(role not in (event["subject"], event["object"]) and "place" not in role for role in event["others"]) > 2:
        return []
    words = events.keywords(text, tools.nouns, tools.rarity, event)
    lines = [events.render(event, [word for word in words if rng.random() < 0.7], text, len(group)) for _ in range(VARIANTS)]
    return list(dict.fromkeys(lines))


def is_sure_who(text):
    """Pronouns of both kinds need two people."""
    he, she = (re.search(rf"\b(?:{words})\b", text, re.I) for words in ("he|him|his|himself", "she|her|hers|herself"))
    return not (he and she) or len(set(events.PERSON.findall(text))) > 1


def unknown_name(text):
    return any(word not in names.COMMON for word in re.findall(r"(?<=[a-z,] )[A-Z][a-z]+", events.ROLE.sub("", text)))


def name_subject(text):
    """'He meets <|p1|>' -> '<|p1|> meets <|p2|>', 'They leave' -> '<|p1|> and <|p2|> leave', 'The thief meets' -> '<|p1|> meets'."""
    for pattern, people in ((PRONOUN, 1), (PLURAL, 2), (SOMEBODY, 1)):
        if pattern.match(text):
            text = events.PERSON.sub(lambda match: f"<|p{int(match.group()[3:-2]) + people}|>", text)
            return pattern.sub("<|p1|> " if people == 1 else "<|p1|> and <|p2|> ", text, count=1)
    return text


def number_roles(text, event):
    """The subject is <|p1|>, the object if it is a person <|p2|>, others as they come."""
    order = [event["subject"]] if events.PERSON.fullmatch(event["subject"]) else []
    if event["object"] and events.PERSON.fullmatch(event["object"]):
        order.append(event["object"])
    order += events.PERSON.findall(text)
    table = {role: f"<|p{index}|>" for index, role in enumerate(dict.fromkeys(order), 1)}
    rename = lambda words: events.PERSON.sub(lambda match: table[match.group()], words) if words else words
    return rename(text), {key: rename(value) for key, value in event.items()}


def in_past(line):
    return line.replace("<|event|>", "<|event|> past", 1)


def past_pairs(novels, tools, rng, share=2):
    """Events of a part of each novel: in the past, which a word before the verb tells the model."""
    speaker = re.compile(r"\b(?:I|me|my|we|us|our|you|your|thou|thee)\b")
    tools = Tools(events.past_verbs(tools.verbs), tools.nouns, tools.rarity)
    for novel in novels:
        begin = len(novel) // 8
        for lines in variants_of_film(corpus.sentences(novel[begin:begin + len(novel) // share]), tools, rng):
            yield from (in_past(line) for line in lines[:1] if not speaker.search(line))


def write_lines(folder, name, lines):
    with open(os.path.join(folder, name + ".txt"), "w") as file:
        file.writelines(line + "\n" for line in lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", required=True, help="folder with film_plots.tar.xz, tales.tar.xz, english_novels.tar.xz")
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    rng = random.Random(options.seed)
    films = list(corpus.film_plots(options.texts))
    novels = list(corpus.novels(options.texts))
    present = " ".join(sentence for _, sentences in films for sentence in sentences)
    rarity = collections.Counter(re.findall(r"[a-z][a-z'-]+", present))
    tools = Tools(events.learn_verbs(present, present + " ".join(novels[::4])), events.learn_nouns(present), rarity)
    for name, words in (("verbs", tools.verbs.values()), ("nouns", tools.nouns)):
        with open(os.path.join(options.out, name + ".json"), "w") as file:
            json.dump(sorted(words), file, indent=0)
    # `more` says the sentences of `train` again with other keywords.
    parts = {"train": [], "more": [], "held_out": [], "past": []}
    for title, sentences in films:
        is_held_out = corpus.is_held_out(title)
        for lines in variants_of_film(sentences, tools, rng):
            parts["held_out" if is_held_out else "train"] += lines[:1]
            parts["more"] += [] if is_held_out else lines[1:]
    parts["past"] = list(past_pairs(novels, tools, rng))
    for name, lines in parts.items():
        write_lines(options.out, "pairs." + name, lines)
    plots = [" ".join(s for s in sentences if not corpus.ABOUT_FILMS.search(s)) for title, sentences in films if not corpus.is_held_out(title)]
    tales = list(corpus.tales(options.texts))
    for name, texts in {"plots": plots, "tales": tales, "novels": novels}.items():
        write_lines(options.out, "plain." + name, (re.sub(r"\s+", " ", text) for text in texts))
    print(json.dumps({"films": len(films), "verbs": len(tools.verbs), "nouns": len(tools.nouns), **{name: len(lines) for name, lines in parts.items()},
                      "plain_words": sum(len(text.split()) for text in plots + tales + novels)}))


if __name__ == "__main__":
    main()
