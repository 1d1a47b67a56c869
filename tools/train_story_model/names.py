"""Replaces the names of people and places by role tokens, film by film."""

import collections
import re

TITLES = ("Mr", "Mrs", "Ms", "Miss", "Dr", "Sir", "Lady", "Lord", "Captain", "Colonel", "General", "Major", "Sergeant",
          "Lieutenant", "Detective", "Inspector", "Professor", "Uncle", "Aunt", "King", "Queen", "Prince", "Princess",
          "Count", "Father", "Sister", "Brother", "President", "Judge", "Sheriff", "Officer", "Agent", "Doctor")
WORD = r"[A-Z][A-Za-zÀ-ÿ]*(?:['-][A-Z][A-Za-zÀ-ÿ]+)*"
NAME = re.compile(rf"\b(?:(?:{'|'.join(TITLES)})\.? )?{WORD}(?: (?:(?:of|de|von|van|la) )?{WORD})*")
PLACE_BEFORE = {"in", "at", "near", "outside", "across", "inside", "into", "around", "leaves", "toward", "towards", "visits"}
PERSON_BEFORE = {"with", "by", "and", "tells", "named", "meets", "marries", "loves", "asks", "kills", "that", "when", "while", "as", "but"}
# Capitalised words that name neither a person nor a place of the story.
COMMON = set("""I American English French German Russian Chinese Japanese Italian Irish British Jewish Mexican Spanish Indian
Christmas Eve Sunday Monday Tuesday Wednesday Thursday Friday Saturday January February March April May June July August
September October November December God TV FBI CIA DNA II War World Nazi Nazis Army Navy Police Halloween Thanksgiving
Mr Mrs Ms Dr Sir Miss The A An""".split())
# Words that begin sentences more often than they name anybody.
STARTERS = set("""The A An He She They It We You His Her Their Its This That These Those There Then When While After Before As At
In On With Without For From To By But And Or So If Because Although Though However Meanwhile Later Soon Now Eventually Finally
Suddenly Once Upon During Despite Instead Also Both Each Some Many Most Several One Two Three Four All Another Other What Who
Where Why How Not No Yes Just Only Even Still Back Over Under Outside Inside Years Unable Realizing Feeling Seeing Having Being
Following Unfortunately Fortunately Afterwards Afterward Thinking Believing Knowing Hearing Wanting Trying Determined Shocked Upset Angry""".split())


class FilmNames:
    """The people and places of one film, found by how often words are written with a capital and what stands beside them."""

    def __init__(self, sentences, verbs):
        self.verbs = verbs
        capital, small = collections.Counter(), collections.Counter()
        for sentence in sentences:
            words = re.findall(r"[A-Za-zÀ-ÿ'-]+", sentence)
            for index, word in enumerate(words):
                if index and word[0].isupper():
                    capital[word] += 1
                elif word[0].islower():
                    small[word] += 1
        self.proper = {word for word in capital if capital[word] > 2 * small[word.lower()]} - COMMON
        self.score = collections.Counter()
        for sentence in sentences:
            for match in self._names(sentence):
                self._weigh(sentence, match)

    def _names(self, sentence):
        for match in NAME.finditer(sentence):
            words = match.group().split()
            if match.start() == 0 and words[0] in STARTERS and words[0] not in self.proper:
                rest = match.group()[len(words[0]) + 1:]
                if not rest:
                    continue
                inner = NAME.search(sentence, match.start() + len(words[0]) + 1)
                if inner:
                    yield inner
                continue
            if match.start() == 0 and words[0].rstrip(".") not in self.proper and words[0].rstrip(".") not in TITLES:
                if len(words) == 1:
                    continue
            yield match

    def _weigh(self, sentence, match):
        before = sentence[:match.start()].split()[-1:]
        after = sentence[match.end():match.end() + 24]
        following = re.match(r"(?:'s)? ?(\w*)", after).group(1)
        weight = 0
        if before and before[0].lower() in PLACE_BEFORE:
            weight -= 2
        if before and before[0].lower() in PERSON_BEFORE:
            weight += 1
        if following in self.verbs or after.startswith("'s"):
            weight += 1
        if match.group().split()[0].rstrip(".") in TITLES:
            weight += 3
        for word in self._key(match.group()):
            self.score[word] += weight

    @staticmethod
    def _key(name):
        return [word.rstrip(".") for word in name.split() if word.rstrip(".") not in TITLES and word[0].isupper()] or [name.split()[0]]

    def replace(self, sentences, limit=4):
        """The sentences with role tokens as one text, or None when there are too many people or places."""
        people, places = {}, {}
        text = " ".join(self._replace(sentence, people, places) for sentence in sentences)
        if len(set(people.values())) > limit or len(set(places.values())) > 2:
            return None
        return re.sub(r"(<\|p\d\|>)(?: \1)+", r"\1", text)

    def _replace(self, sentence, people, places):
        parts, end = [], 0
        for match in self._names(sentence):
            words = self._key(match.group())
            if all(word in COMMON for word in words):
                continue
            table, prefix = (people, "p") if sum(self.score[word] for word in words) >= 0 else (places, "place")
            known = next((table[word] for word in words if word in table), None)
            token = known or f"<|{prefix}{len(set(table.values())) + 1}|>"
            table.update(dict.fromkeys(words, token))
            parts += [sentence[end:match.start()], token]
            end = match.end()
        return "".join(parts) + sentence[end:]
