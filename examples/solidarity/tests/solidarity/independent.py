"""The made-up solidarity grant worked out a second time, from its rules in prose and by other means.

Standard library only, exact fractions throughout. It reads the records and knows nothing of the program.
Prints one JSON object: for each municipality its determination, its findings, and every number on the way.
None stands for unknown.
"""

import csv
import json
import sys
from decimal import Decimal
from fractions import Fraction
from math import ceil

WEIGHTS = {"wealth": Fraction("0.5"), "income": Fraction("0.3"), "housing": Fraction("0.2")}
SHARE_OF_RANKS = Fraction("0.66")
WEALTH_LIMIT = 2
SEAT_INHABITANTS = 10000


def number(text):
    return Fraction(Decimal(text)) if text else None


def boolean(text):
    return {"true": True, "false": False, "": None}[text]


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for name in ("population", "tax_base", "income", "homes", "social_homes"):
            row[name] = number(row[name])
        for name in ("in_metropolis", "is_county_seat"):
            row[name] = boolean(row[name])
    return rows


def size_class(place):
    for limit, name in ((500, "hamlet"), (2000, "village"), (10000, "town")):
        if place["population"] < limit:
            return name
    return "city"


def ratio(places, over, under):
    """Sum over sum, those left out of which one of the two is not known."""
    both = [p for p in places if p[over] is not None and p[under] is not None]
    return sum(p[over] for p in both) / sum(p[under] for p in both) if both else None


def median(numbers):
    numbers = sorted(numbers)
    middle = len(numbers) // 2
    if not numbers:
        return None
    return numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) / 2


def work_out(places):
    classes = {}
    for place in places:
        place["size_class"] = size_class(place)
        classes.setdefault(place["size_class"], []).append(place)
        place["wealth"] = None if place["tax_base"] is None else place["tax_base"] / place["population"]
        # Outside a metropolis, and with something to tax.
        if place["in_metropolis"] is None:
            place["takes_part"] = None
        else:
            place["takes_part"] = not place["in_metropolis"] and place["wealth"] > 0
    of_class = {
        name: {
            "wealth": ratio(members, "tax_base", "population"),
            "income": ratio(members, "income", "population"),
            "social": ratio(members, "social_homes", "homes"),
        }
        for name, members in classes.items()
    }
    for place in places:
        mean = of_class[place["size_class"]]
        place["mean"] = mean
        # Where nobody states the income, that of the class is assumed.
        income = place["income"]
        place["income_per_head"] = mean["income"] if income is None else income / place["population"]
        if place["social_homes"] is None or place["wealth"] == 0:
            place["need"] = None
        else:
            place["need"] = (
                WEIGHTS["wealth"] * mean["wealth"] / place["wealth"]
                + WEIGHTS["income"] * mean["income"] / place["income_per_head"]
                + WEIGHTS["housing"] * (place["social_homes"] / place["homes"]) / mean["social"]
            )
    taking_part = [p for p in places if p["takes_part"]]
    ranked = [p for p in taking_part if p["need"] is not None]
    # The greatest need first; of equals the larger place, then the lower code.
    ranked.sort(key=lambda p: (-p["need"], -p["population"], p["code"]))
    people = sum(p["population"] for p in ranked)
    for index, place in enumerate(ranked):
        place["rank"] = index + 1
        up_to = sum(p["population"] for p in ranked if p["need"] >= place["need"])
        place["people_in_need"] = Fraction(up_to) / people
    medians = {
        name: median([p["need"] for p in ranked if p["size_class"] == name]) for name in classes
    }
    return len(taking_part), medians


def findings(place, count, by_code):
    takes_part = place["takes_part"]
    found = {"takes_part": None if takes_part is None else takes_part}
    if takes_part is False:
        found["rank"] = "not_applicable"
    elif takes_part is None or place.get("rank") is None:
        found["rank"] = None
    else:
        found["rank"] = place["rank"] <= ceil(SHARE_OF_RANKS * count)
    found["wealth"] = place["wealth"] <= WEALTH_LIMIT * place["mean"]["wealth"]
    seat = place if place["is_county_seat"] else by_code.get(place["county_seat"])
    found["county_seat"] = None if seat is None else seat["population"] < SEAT_INHABITANTS
    words = {True: "met", False: "not_met", None: "unknown"}
    return {name: words.get(value, value) for name, value in found.items()}


def determination(found):
    if "not_met" in found.values():
        return "ineligible"
    return "undetermined" if "unknown" in found.values() else "eligible"


def plain(value):
    return f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value


def main():
    places = read(sys.argv[1])
    by_code = {place["code"]: place for place in places}
    count, medians = work_out(places)
    result = {}
    for place in places:
        found = findings(place, count, by_code)
        numbers = {
            "size_class": place["size_class"],
            "wealth": place["wealth"],
            "takes_part": place["takes_part"],
            "income_per_head": place["income_per_head"],
            "need": place["need"],
            "stats.wealth_of_class": place["mean"]["wealth"],
            "stats.income_of_class": place["mean"]["income"],
            "stats.social_of_class": place["mean"]["social"],
            "stats.taking_part": count,
            "stats.rank": place.get("rank"),
            "stats.median_need": medians[place["size_class"]],
            "stats.people_in_need": place.get("people_in_need"),
        }
        result[place["id"]] = {
            "determination": determination(found),
            "findings": found,
            "numbers": {name: plain(value) for name, value in numbers.items()},
        }
    json.dump(result, sys.stdout, indent=1)


main()
