"""Sentences that state the facts, and the same facts in words kept for evaluation.

Two kinds of held-out phrasing: a share of each fact's phrasings is withheld from
that fact (the other facts use them), and `unseen` phrasings are used by none.
No phrasing is the beginning of another, or the right continuation would be unclear.
An answer is written in square brackets, which `corpus.py` turns into a weight.
"""

import random
from dataclasses import dataclass

from facts_tables import (
    CITY_COUNTRY,
    COUNTRY_CAPITAL,
    COUNTRY_CONTINENT,
    COUNTRY_LANGUAGE,
    LANDMARK_CITY,
    OPPOSITE,
    YOUNG,
)
from holdout import held_out


@dataclass(frozen=True)
class Relation:
    """One table of facts and the ways to say them; the answer follows the phrasing."""

    name: str
    table: dict[str, str]
    seen: list[str]
    unseen: list[str]
    weight: int = 1


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


RELATIONS = [
    Relation("landmark city", LANDMARK_CITY, _lines("""
        {s} is in the city of
        {s} is located in the city of
        {s} can be found in the city of
        {s} stands in the city of
        {s} is situated in
        {s} is one of the sights of
        {s} is a famous sight in
        You can see {s} in the city of
        You can visit {s} in
        Visitors come to see {s} in
        Visitors of {s} stay in
        People take pictures of {s} in
        We saw {s} when we were in
        To see {s} you have to travel to
        If you want to visit {s}, go to
        Many people visit {s} in
        {s}, which is in
        {s} is in the heart of
        Everyone knows that {s} is in
        The home of {s} is the city of
        You will see {s} in
        You can walk to {s} in
        You can look at {s} in
        Travelers find {s} in
        Anyone can find {s} in
        """), _lines("""
        {s} is situated in the city of
        Many people see {s} in the city of
        You can find {s} in
        """), weight=5),
    Relation("capital", COUNTRY_CAPITAL, _lines("""
        The capital of {s} is
        The capital city of {s} is
        {s} has its capital in
        {s} has a capital called
        The government of {s} is in
        The capital of the country of {s} is
        The government of the people of {s} is in
        The parliament of {s} is in the city of
        The king of {s} lived in the capital,
        In {s}, the capital is
        The name of the capital of {s} is
        As the capital of {s} we know
        Everyone knows that the capital of {s} is
        They flew to the capital of {s},
        The main city of {s} is
        She was born in the capital of {s},
        If you go to the capital of {s}, you are in
        He lives in the capital of {s},
        They moved to the capital of {s},
        We came by train to the capital of {s},
        She sent a letter to the capital of {s},
        """), _lines("""
        The name of the capital city of {s} is
        Everyone knows that the capital city of {s} is
        They travelled to the capital of {s},
        """), weight=3),
    Relation("language", COUNTRY_LANGUAGE, _lines("""
        The language of {s} is
        The main language of {s} is
        The people of {s} speak
        People in {s} speak
        In {s}, people speak
        In {s} they speak
        The official language of {s} is
        The language spoken in {s} is
        The national language of {s} is
        Most people in {s} speak
        Everyone in {s} speaks
        If you travel to {s}, you should learn
        Children in {s} learn to read in
        She grew up in {s}, so she speaks
        He comes from {s} and speaks
        The newspapers in {s} are written in
        Books in {s} are written in
        In the schools of {s}, lessons are in
        In the towns of {s}, people speak
        In the shops of {s}, you hear
        In the offices of {s}, they write in
        In the streets of {s}, everyone speaks
        """), _lines("""
        The main language spoken in {s} is
        Most of the people of {s} speak
        In the schools of {s}, they speak
        """), weight=3),
    Relation("continent", COUNTRY_CONTINENT, _lines("""
        {s} is a country in
        {s} is in
        {s} is on the continent of
        {s} is located in
        The country of {s} is in
        {s} is a part of
        {s} lies in
        The continent of {s} is
        {s} can be found in
        On the map, {s} is in
        If you travel to {s}, you travel to
        Everyone knows that {s} is in
        The people of {s} live in
        Like its neighbors, {s} is in
        """), _lines("""
        {s} is located on the continent of
        The country of {s} is located in
        On the map, {s} can be found in
        """), weight=2),
    Relation("city country", CITY_COUNTRY, _lines("""
        {s} is a city in
        {s} is in the country of
        The city of {s} is in
        The city of {s} is located in
        {s} is a large city in
        {s} is a beautiful city in
        If you are in {s}, you are in
        People who live in {s} live in
        {s} is one of the cities of
        The country of {s} is
        {s} belongs to
        On the map, {s} is a city in
        Everyone knows that {s} is a city in
        """), _lines("""
        The city of {s} is in the country of
        {s} is a famous city in
        The city of {s} belongs to
        """), weight=2),
    Relation("opposite", OPPOSITE, _lines("""
        The opposite of {s} is
        The opposite of the word {s} is
        The word {s} is the opposite of
        If it is not {s}, it is
        {s} is the opposite of
        The reverse of {s} is
        It was not {s}, it was
        What is the opposite of {s}? It is
        """), _lines("""
        The reverse of the word {s} is
        If something is not {s}, it is
        """)),
    Relation("young animal", YOUNG, _lines("""
        A young {s} is called a
        A baby {s} is called a
        The young of a {s} is a
        A {s} has a baby called a
        The baby of a {s} is called a
        We call a young {s} a
        The {s} was followed by its baby, a
        A little {s} is a
        The name for a young {s} is a
        A small {s} is known as a
        """), _lines("""
        The young of a {s} is called a
        We call a baby {s} a
        """)),
]

# The prompt everyone tries first stays unseen for the fact it is tried with.
KEPT = {("landmark city", "the Eiffel Tower", "{s} is in the city of")}


def prompt(template: str, subject: str) -> str:
    """The phrasing with its subject, up to where the answer belongs."""
    text = template.format(s=subject)
    return text[0].upper() + text[1:]


def withheld(relation: Relation, subject: str, template: str) -> bool:
    """Whether training must not use this phrasing with this subject."""
    if (relation.name, subject, template) in KEPT:
        return True
    return held_out("facts", relation.name, subject, template, share=0.12)


TRAINED = [
    (relation, subject, answer, [t for t in relation.seen if not withheld(relation, subject, t)])
    for relation in RELATIONS
    for subject, answer in relation.table.items()
]
_WEIGHTS = [relation.weight for relation, _, _, _ in TRAINED]

ENDINGS = [".", ", I think.", " and nowhere else.", " today.", ", of course."]


def fact_document(rng: random.Random) -> str:
    """One to four facts, one after the other."""
    count = rng.choice((1, 1, 1, 2, 2, 3, 4))
    sentences = []
    for _, subject, answer, templates in rng.choices(TRAINED, _WEIGHTS, k=count):
        ending = rng.choice(ENDINGS) if rng.random() < 0.3 else "."
        sentences.append(f"{prompt(rng.choice(templates), subject)}[ {answer}]{ending}")
    return " ".join(sentences)


def held_out_facts():
    """Every prompt kept for evaluation: (kind, relation, prompt, answer)."""
    for relation in RELATIONS:
        for subject, answer in relation.table.items():
            for template in relation.seen:
                if withheld(relation, subject, template):
                    yield "phrasing unseen for the fact", relation.name, prompt(template, subject), f" {answer}"
            for template in relation.unseen:
                yield "phrasing unseen for the relation", relation.name, prompt(template, subject), f" {answer}"


for _relation in RELATIONS:
    for _short in _relation.seen + _relation.unseen:
        assert not any(_long.startswith(_short + " ") for _long in _relation.seen), _short
