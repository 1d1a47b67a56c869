"""Finds who does what to whom in a sentence whose names are role tokens."""

import collections
import re

PERSON = re.compile(r"<\|p\d\|>")
ROLE = re.compile(r"<\|(?:p|place)\d\|>")
ADVERBS = "also|then|soon|later|finally|eventually|secretly|quickly|suddenly|immediately|reluctantly|now|once|both|again|still|initially|instead"
TOKEN = re.compile(r"<\|\w+\|>|[A-Za-z']+|[^\sA-Za-z]")
STOP = set("""a an the his her their its this that these those of in on at to from by with for into onto over under about as and or but
not no who whom which what when while where how he she they it him them himself herself themselves is are was were be been being has
have had do does did will would can could may might must should than then there so if because after before up down out off away back
again also just only very too more most some any all both each other another one two three first own same such until since during
between through against s t'""".split())


def third_person(verb):
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def learn_verbs(present, any_tense, least=2):
    """Learns {form in the present: base form}: a verb stands after 'to' and, with its ending, after a name or pronoun."""
    after_to = collections.Counter(re.findall(r"\b(?:to|will|can|not) ([a-z]{2,14})\b", any_tense))
    after_name = collections.Counter(re.findall(r"\b(?:[A-Z][a-z]+|he|she|who|and) ([a-z]{2,15}s)\b", present))
    verbs = {third_person(base): base for base, count in after_to.items()
             if count >= 2 * least and after_name[third_person(base)] >= least and base not in STOP}
    verbs.update({"goes": "go", "does": "do", "has": "have"})
    return verbs


PARTICIPLE = rf"(?:(?:{ADVERBS}) )*([a-z]+(?:ed|en)|found|caught|shot|told|sent|left|held|struck|hit|made|put|lost)\b(.*)"
CLAUSE = re.compile(rf"(?:^|, |; |\b(?:and|but|when|while|that|as|until|so|where|because|after|before) )(<\|p\d\|>)"
                    rf"(?: and (<\|p\d\|>))?,? (?:(?:{ADVERBS}) )*([a-z]+) ?(.*)")
NOUN_CLAUSE = re.compile(rf"^(The|A|An|His|Her|Their) ((?:[a-z]+ ){{1,3}})(?:(?:{ADVERBS}) )*([a-z]+s) (.*)")


def find_event(text, verbs):
    """The event of the first clause that has one, or None: {verb, subject, with, object}. Roles are tokens, others words."""
    sentence = re.split(r"(?<=[.!?]) ", text, maxsplit=1)[0]
    for match in CLAUSE.finditer(sentence):
        event = clause_event(*match.groups(), verbs)
        if event:
            return event
    match = NOUN_CLAUSE.match(sentence)
    if match and match.group(3) in verbs:
        subject = match.group(2).split()[-1]
        return {"verb": verbs[match.group(3)], "subject": subject, "with": None, "object": find_object(match.group(4))}
    return None


def clause_event(subject, companion, verb, rest, verbs):
    if verb in ("is", "are", "gets"):
        passive = re.match(PARTICIPLE, rest)
        if not passive:
            return None
        verb, rest = "be " + passive.group(1), passive.group(2)
    elif verb in verbs:
        verb = verbs[verb]
    elif not companion or third_person(verb) not in verbs:
        return None
    return {"verb": verb, "subject": subject, "with": companion, "object": find_object(rest)}


def find_object(rest):
    """The first role, or the head of the first group of words: 'the old silver key' gives 'key'."""
    head = None
    for index, token in enumerate(TOKEN.findall(rest)[:9]):
        if token.startswith("<|"):
            return token if head is None else head
        if token.lower() in STOP or not token[0].isalpha():
            if head is not None:
                return head
            if not token[0].isalpha():
                return None
            continue
        if not token.endswith("ly"):
            head = token.lower()
    return head


def keywords(text, rarity, event, most=4):
    """The rarest content words in the order of the text, without those that the event names."""
    verb = event["verb"].split()[-1]
    taken = {verb, third_person(verb), event["object"], event["subject"]}
    words = []
    for word in re.findall(r"(?<![<|\w])[a-z][a-z'-]{2,}", text):
        if word in STOP or word in taken or word in words or rarity[word] < 4 or word.endswith("ly"):
            continue
        words.append(word)
    chosen = sorted(words, key=lambda word: rarity[word])[:most]
    return [word for word in words if word in chosen]


def gender(text):
    """'he' or 'she' when all pronouns agree."""
    he = re.search(r"\b(?:he|him|his|himself)\b", text, re.I)
    she = re.search(r"\b(?:she|her|hers|herself)\b", text, re.I)
    return "he" if he and not she else "she" if she and not he else None


def render(event, keys, text, count):
    """One training text. The order of the parts is the contract with src/llm/story_prompt.cc."""
    parts = [f"<|s{count}|><|event|>", event["verb"], "<|subject|>", event["subject"]]
    if event["gender"]:
        parts.append(f"<|{event['gender']}|>")
    if event["object"]:
        parts += ["<|object|>", event["object"]]
    others = [role for role in event["others"] if role not in (event["subject"], event["object"])]
    for role in others:
        parts += ["<|place|>" if "place" in role else "<|with|>", role]
    if keys:
        parts += ["<|keys|>", ", ".join(keys)]
    return "".join(parts) + "<|text|>" + text + "<|end|>"
