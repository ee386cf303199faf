"""Common English words, and two kinds of text that put them to use.

The tasks use few words. These widen what the tokenizer keeps whole and give
every token something to mean: plain sentences, and lists that repeat.
"""

import random

NOUNS = """answer apple army arm artist autumn baby back bed bell boat body bottle bread
breakfast bridge brother building bus butter candle captain castle cattle cave chain chance
cheese cherry circle city class clock cloth cloud coffee color company corn corner cotton country
crowd crown dance danger desk dinner dream dress driver dust ear earth edge egg engine evening eye
face factory family field finger fire fish floor fly food foot forest fork friend fruit game gate
glass gold grass ground group hair hall hand head heart hill hole honey hour ice idea insect
iron island jacket jewel job joke judge juice kitchen kite knee knife lady lake land language leaf
leather leg lesson light line lion lip list lock machine man meal meat metal middle milk mill mind
minute mirror money monkey month moon morning mountain mouth music nail name neck needle neighbor
nest net news night nose number ocean oil orange oven page pain paint paper part party path peace
pear pencil people pepper person piece pilot pipe place plan plane plant plate player pocket
poem poet point pool potato pot power price prince problem question race radio rain reason
report rice ring roof room root rope rule salt sand scene science sea seat secret seed shadow shape
shelf ship shoe shop shore side sign silk silver singer skin sky sleep smile smoke snake snow soap
sock soldier song sound soup space spider spoon spot spring square stair star statue steam step
stick stomach stone storm story street string sugar suit sun surprise sweater table tail tea team
temple tent thread thumb thunder ticket tiger time tin toe tongue tooth top towel tower town toy
track trade tree truck tube turkey uncle valley vase vegetable village visitor voice wagon wall watch
water wave way weather week wheel whistle wind wine wing winter wire wolf wood wool word work
worker world writer yard year zebra""".split()

ADJECTIVES = """able afraid ancient angry big bitter black blue bold brave bright broken brown busy
calm careful cheap clean clear clever cold common cool cruel dark dead dear deep different dirty
dry easy empty fair false famous fast fat fine flat free fresh full funny general gentle golden good
gray great green happy hard heavy high hollow honest hot huge hungry kind large late lazy light
little lonely long loud lovely low lucky narrow near new nice old open orange perfect pink plain
poor pretty proud purple quick quiet rare ready red rich right rough round sad safe second
serious sharp short shy silent simple slow small smooth soft sour special strange strong sudden
sweet tall thick thin tiny tired true useful warm weak wet white whole wide wild wise wonderful
wooden wrong yellow young""".split()

VERBS = """admired answered asked attacked believed bought broke brought built called carried
caught changed chased chose cleaned climbed closed collected counted covered crossed cut
described destroyed drew dropped enjoyed entered fed feared felt filled finished followed forgot
found gave guarded hated heard held helped hid hit hurt ignored invited kept kicked kissed knew left
lifted liked loved made met moved needed noticed opened ordered painted passed picked pulled
pushed put reached read remembered saved saw sent shook showed sold stole stopped studied
thanked threw took touched tried turned used visited wanted warned washed watched wore wrote""".split()

ADVERBS = """again ago almost alone already always away badly before carefully early easily ever
finally happily here inside instead never nearly often once only outside perhaps quickly quietly
sadly seldom slowly softly sometimes soon still suddenly today together tomorrow tonight twice
usually well yesterday""".split()

OTHER = """about above across after against along although among and any around as at because
been being below between both but by could does done down during each either else enough every few
for from had has have how however if into it its just less many may might more most much must nor
not nothing of off on or other our over own same shall should since so some such than that the
their them then there these they this those though through till to too toward under until up upon
us very was we were what when where whether which while who whom whose why will with within
without would yet you your""".split()

COMMON_WORDS = list(dict.fromkeys(NOUNS + ADJECTIVES + VERBS + ADVERBS + OTHER))

FRAMES = """
The {a} {n} {v} the {m}.
The {n} {v} the {b} {m}.
{N} {v} a {b} {m}, but nobody {w} it.
Every {n} needs a {a} {m}.
My {n} {w} the {m} and {v} the {o}.
There is a {a} {n} in the {m}.
The {n} of the {m} was {a} and {b}.
A {a} {n} and a {b} {m} are not the same.
They {v} the {n} {d}, because it was {a}.
We {v} the {m} and {w} the {a} {n} {d}.
If the {n} is {a}, the {m} will be {b}.
What is a {n} without a {m}?
I have {d} seen a {a} {n} near the {m}.
In the {m} there was a {a} {n}, and the {o} {v} it.
You must not {u} the {a} {n}.
""".strip().splitlines()


def sentence(rng: random.Random) -> str:
    """A plain sentence over the common words; its sense is left to chance."""
    n, m, o = rng.sample(NOUNS, 3)
    a, b = rng.sample(ADJECTIVES, 2)
    v, w = rng.sample(VERBS, 2)
    return rng.choice(FRAMES).format(
        n=n, m=m, o=o, a=a, b=b, v=v, w=w, d=rng.choice(ADVERBS),
        N=rng.choice(("Someone", "Nobody", "Everyone", "He", "She")),
        u=rng.choice(("see", "take", "break", "open", "forget", "touch", "leave")),
    )  # fmt: skip


def repeated_list(rng: random.Random) -> str:
    """Words in random order, then the same words again, the second time as an answer."""
    words = rng.sample(COMMON_WORDS, rng.randint(4, 16))
    joint = rng.choice((" ", ", ", " "))
    once = joint.join(words)
    return f"{once}{joint.rstrip()}[ {once}]"
