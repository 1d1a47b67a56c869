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


# Forms of the past of verbs that do not end in -ed.
PAST = dict(pair.split(":") for pair in """said:say went:go came:come took:take saw:see told:tell gave:give found:find left:leave met:meet
knew:know thought:think felt:feel heard:hear kept:keep held:hold stood:stand sat:sit ran:run brought:bring began:begin became:become got:get
lost:lose fell:fall spoke:speak sent:send broke:break rose:rise drew:draw wrote:write bought:buy caught:catch chose:choose drove:drive ate:eat
fled:flee flew:fly forgot:forget forgave:forgive hid:hide paid:pay rode:ride rang:ring sang:sing shook:shake slept:sleep sold:sell sought:seek
stole:steal struck:strike swore:swear taught:teach threw:throw woke:wake won:win made:make built:build led:lead followed:follow had:have""".split())

PARTICIPLE = rf"(?:(?:{ADVERBS}) )*([a-z]+(?:ed|en)|found|caught|shot|told|sent|left|held|struck|hit|made|put|lost)\b(.*)"
CLAUSE = re.compile(rf"(?:^|, |; |\b(?:and|but|when|while|that|as|until|so|where|because|after|before) )(<\|p\d\|>)"
                    rf"(?: and (<\|p\d\|>))?,? (?:(?:{ADVERBS}) )*([a-z]+) ?(.*)")
NOUN_CLAUSE = re.compile(rf"^(The|A|An|His|Her|Their) ((?:[a-z]+ ){{1,3}})(?:(?:{ADVERBS}) )*([a-z]+s) (.*)")


def past_verbs(verbs):
    """{form in the past: base form} of the verbs learned."""
    bases = set(verbs.values())
    regular = {(base + "d" if base.endswith("e") else base[:-1] + "ied" if base.endswith("y") and base[-2:-1] not in "aeiou" else base + "ed"): base
               for base in bases if base not in PAST.values()}
    return {**regular, **{form: base for form, base in PAST.items() if base in bases or base == "say"}}


def learn_nouns(text, least=0.3):
    """Words that mostly end a group of words behind an article or a possessive."""
    ends = collections.Counter(re.findall(r"(?:\b(?:the|an?|his|her|their|its|this|of)|'s) (?:[a-z]+ )?([a-z]{3,})(?=[.,;:!?]| (?:"
                                          + "|".join(sorted(word for word in STOP if word.isalpha())) + r")\b)", text))
    counts = collections.Counter(re.findall(r"[a-z]{3,}", text))
    return {word for word, count in ends.items() if counts[word] >= 4 and count >= least * counts[word] and word not in STOP} | {"home"}


def find_event(text, verbs):
    """The event of the first clause that has one, or None: {verb, form, subject, with, object}; `form` is the verb as the text has it.

    Roles are tokens, others words.
    """
    sentence = re.split(r"(?<=[.!?]) ", text, maxsplit=1)[0]
    for match in CLAUSE.finditer(sentence):
        event = clause_event(*match.groups(), verbs)
        if event:
            return event
    match = NOUN_CLAUSE.match(sentence)
    if match and match.group(3) in verbs:
        subject = match.group(2).split()[-1]
        return {"verb": verbs[match.group(3)], "form": match.group(3), "subject": subject, "with": None, "object": find_object(match.group(4))}
    return None


def clause_event(subject, companion, verb, rest, verbs):
    form = verb
    if verb in ("is", "are", "was", "were"):
        passive = re.match(PARTICIPLE, rest)
        if not passive:
            return None
        form, rest = verb + " " + passive.group(1), passive.group(2)
        verb = "be " + passive.group(1)
    elif verb in verbs:
        verb = verbs[verb]
    elif not companion or third_person(verb) not in verbs:
        return None
    return {"verb": verb, "form": form, "subject": subject, "with": companion, "object": find_object(rest)}


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


def keywords(text, nouns, rarity, event, most=4):
    """The rarest nouns in the order of the text, without the one that the event names."""
    taken = {event["object"], event["subject"]}
    words = [word for word in dict.fromkeys(re.findall(r"(?<![<|\w'-])[a-z]{3,}(?![\w'-])", text)) if word in nouns and word not in taken]
    chosen = sorted(words, key=lambda word: rarity[word])[:most]
    return [word for word in words if word in chosen]


def gender(text):
    """'he' or 'she' when all pronouns agree."""
    he = re.search(r"\b(?:he|him|his|himself)\b", text, re.I)
    she = re.search(r"\b(?:she|her|hers|herself)\b", text, re.I)
    return "he" if he and not she else "she" if she and not he else None


def render(event, keys, text, count):
    """One training text. The order of the parts is the contract with src/llm/story_speaker.cc.

    Words stand there as they do in a sentence, with a space before them: so they are the same pieces, which the model has only to repeat.
    """
    spoken = lambda word: word if word.startswith("<") else " " + word
    parts = [f"<|s{count}|><|event|>", spoken(event["form"]), "<|subject|>", spoken(event["subject"])]
    if event["gender"]:
        parts.append(f"<|{event['gender']}|>")
    if event["object"]:
        parts += ["<|object|>", spoken(event["object"])]
    others = [role for role in event["others"] if role not in (event["subject"], event["object"])]
    for role in others:
        parts += ["<|place|>" if "place" in role else "<|with|>", role]
    if keys:
        parts += ["<|keys|>", spoken(", ".join(keys))]
    return "".join(parts) + "<|text|>" + text + "<|end|>"
