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


def is_tellable(sentence):
    words = sentence.split()
    return (5 <= len(words) <= 36 and not corpus.ABOUT_FILMS.search(sentence) and sentence[-1] in ".!?"
            and sentence.count('"') % 2 == 0 and not re.search(r"[^\x20-\x7eÀ-ÿ]|\d{3}|http|[{}|<>=*_#/\\]", sentence))


def pairs_of_film(sentences, verbs, rarity, rng):
    """Yields training texts of one to three sentences; a sentence that begins with a pronoun speaks of whom the last one spoke."""
    film = names.FilmNames(sentences, verbs)
    for first in range(len(sentences)):
        pair = pair_of(sentences[first:first + 1], film, verbs, rarity, rng)
        if pair:
            yield pair
        pair = pair_of(sentences[first:first + rng.choice((2, 2, 3))], film, verbs, rarity, rng)
        if pair:
            yield pair


def pair_of(group, film, verbs, rarity, rng):
    """The training text of these sentences, or None."""
    if not all(is_tellable(sentence) for sentence in group) or sum(len(sentence) for sentence in group) > 420:
        return None
    text = film.replace(group)
    if text is None or unknown_name(text):
        return None
    if PRONOUN.match(text):
        text = shift_people(text)
    event = events.find_event(text, verbs)
    if event is None or not events.ROLE.search(text):
        return None
    text, event = number_roles(text, event)
    event["gender"] = events.gender(text)
    event["others"] = sorted(set(events.ROLE.findall(text)))
    kept = [key for key in events.keywords(text, rarity, event) if rng.random() < 0.75]
    return events.render(event, kept, text, len(group))


def unknown_name(text):
    return any(word not in names.COMMON for word in re.findall(r"(?<=[a-z,] )[A-Z][a-z]+", events.ROLE.sub("", text)))


def shift_people(text):
    """'He meets <|p1|>' -> '<|p1|> meets <|p2|>'."""
    text = events.PERSON.sub(lambda match: f"<|p{int(match.group()[3:-2]) + 1}|>", text)
    return PRONOUN.sub("<|p1|> ", text)


def number_roles(text, event):
    """The subject is <|p1|>, the object if it is a person <|p2|>, others as they come."""
    order = [event["subject"]] if events.PERSON.fullmatch(event["subject"]) else []
    if event["object"] and events.PERSON.fullmatch(event["object"]):
        order.append(event["object"])
    order += events.PERSON.findall(text)
    table = {role: f"<|p{index}|>" for index, role in enumerate(dict.fromkeys(order), 1)}
    rename = lambda words: events.PERSON.sub(lambda match: table[match.group()], words) if words else words
    return rename(text), {key: rename(value) for key, value in event.items()}


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
    verbs = events.learn_verbs(present, present + " ".join(novels[::4]))
    with open(os.path.join(options.out, "verbs.json"), "w") as file:
        json.dump(sorted(verbs.values()), file, indent=0)
    rarity = collections.Counter(word for _, sentences in films for sentence in sentences
                                 for word in re.findall(r"[a-z][a-z'-]+", sentence))
    parts = {"train": [], "held_out": []}
    for title, sentences in films:
        part = parts["held_out" if corpus.is_held_out(title) else "train"]
        part += pairs_of_film(sentences, verbs, rarity, rng)
    for name, lines in parts.items():
        with open(os.path.join(options.out, f"pairs.{name}.txt"), "w") as file:
            file.writelines(line + "\n" for line in lines)
    plots = [" ".join(s for s in sentences if not corpus.ABOUT_FILMS.search(s)) for title, sentences in films if not corpus.is_held_out(title)]
    tales = list(corpus.tales(options.texts))
    for name, texts in {"plots": plots, "tales": tales, "novels": novels}.items():
        with open(os.path.join(options.out, f"plain.{name}.txt"), "w") as file:
            file.writelines(re.sub(r"\s+", " ", text) + "\n" for text in texts)
    print(json.dumps({"films": len(films), "verbs": len(verbs), **{name: len(lines) for name, lines in parts.items()},
                      "plain_words": sum(len(text.split()) for text in plots + tales + novels)}))


if __name__ == "__main__":
    main()
