"""The people, places and things that every part of the corpus shares.

Forty names, because copying is learnt sooner over few names than over many, and
all of them short enough to become one token.
"""

WOMEN = """Mary Anna Alice Emma Lucy Sarah Jane Kate Laura Julia Susan Rachel
Helen Grace Rose Clara Linda Nina Ruth Emily""".split()

MEN = """John Tom Paul James David Peter Mark Jack Henry George Robert Daniel
Simon Martin Adam Eric Leo Sam Max Oscar""".split()

NAMES = WOMEN + MEN

FEMALE_ROLES = "woman girl queen mother sister aunt princess lady daughter wife".split()
MALE_ROLES = "man boy king father brother uncle prince gentleman son husband".split()

PLACES = """store park school office station garden market library hospital
restaurant beach house museum church farm theater cafe bank hotel zoo""".split()

# All take the article "a", so that the article says nothing about the noun.
THINGS = """drink book ball ring letter cake key map gift coin flower pen hat
bone basket snack ticket card necklace phone""".split()

COLORS = "red blue green yellow white black brown gray pink purple".split()

ANIMALS = "dog cat horse bird rabbit fox bear mouse duck cow pig sheep goat frog".split()

NUMBERS = "two three four five six seven eight nine ten".split()


class Pronouns:
    """The forms of one pronoun."""

    def __init__(self, subject: str, object_: str, possessive: str, reflexive: str):
        self.subject = subject
        self.object = object_
        self.possessive = possessive
        self.reflexive = reflexive


SHE = Pronouns("she", "her", "her", "herself")
HE = Pronouns("he", "him", "his", "himself")

PRONOUNS = {**{word: SHE for word in WOMEN + FEMALE_ROLES}, **{word: HE for word in MEN + MALE_ROLES}}
