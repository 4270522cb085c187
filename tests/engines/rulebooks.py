"""Makes up rulebooks of all kinds, and records with values at every threshold and one step beside it."""

import datetime
import os
from dataclasses import dataclass, field

TEXTS = ["m", "M", "mé", "é", "~", "城", "'", "\\", ";", "--", "a\nb", "a", "zz", '"', "`", "*/", "##[x", "\x1b[1m", "a\u200bb"]
DAYS = ["0001-01-01", "9999-12-31", "2017-01-01", "2016-12-31", "2017-08-03", "2020-02-29"]


@dataclass
class Fact:
    path: str
    type: str
    choices: list = field(default_factory=list)
    low: object = None
    high: object = None
    values: set = field(default_factory=set)


@dataclass
class Book:
    facts: list
    conditions: list
    rows: list
    # Calculations with several facts: unknown for caution at times.
    cautious: bool
    # Several ways to one record, which are taken as if they led to several.
    several_ways: bool
    # Statistics, which the engine calculates itself or is handed.
    statistics: bool = False


def step(text, by):
    """A decimal one step of its last digit beside."""
    places = len(text.split(".")[1]) if "." in text else 0
    whole = int(text.replace(".", "")) + by
    sign, digits = ("-" if whole < 0 else ""), str(abs(whole)).rjust(places + 1, "0")
    return sign + (digits[:-places] + "." + digits[-places:] if places else digits)


def day(text, by):
    try:
        return (datetime.date.fromisoformat(text) + datetime.timedelta(days=by)).isoformat()
    except OverflowError:
        return text


class Maker:
    def __init__(self, chance):
        self.chance = chance
        self.facts = []
        self.calculates = chance.random() < 0.4
        self.refers = chance.random() < 0.3
        self.cautious = self.several_ways = False
        self.statistics = {}
        self.measures = chance.random() < 0.4
        kinds = ["boolean", "boolean", "integer", "integer", "number", "number", "choice", "date", "text"]
        for number in range(chance.randint(3, 9)):
            kind = chance.choice(kinds)
            path = f"{chance.choice(['g.', 'h.', ''])}f{number}"
            fact = Fact(path, kind)
            if kind == "choice":
                fact.choices = chance.sample(["a", "b", "c", "it's", "d\\e", "x y"], chance.randint(2, 5))
            if kind in ("integer", "number") and chance.random() < 0.5:
                fact.low, fact.high = chance.choice([(-5, 5), (0, 100), (-1000, 1000)])
            self.facts.append(fact)

    def calculation(self):
        """A test of several facts, as far as there are such facts."""
        chance = self.chance
        sign = chance.choice(["==", "!=", "<", "<=", ">", ">="])
        kind = chance.choice(["numbers", "numbers", "numbers", "text", "date"])
        if kind != "numbers":
            alike = [fact for fact in self.facts if fact.type == kind]
            if len(alike) < 2:
                return None
            one, two = chance.sample(alike, 2)
            return f"j.{one.path} {sign} j.{two.path}"
        numbers = [fact for fact in self.facts if fact.type in ("integer", "number")]
        if len(numbers) < 2:
            return None
        one, two = (f"j.{fact.path}" for fact in chance.sample(numbers, 2))
        other = f"j.{chance.choice(numbers).path}"
        return chance.choice([
            f"{one} + {two} {sign} 3",
            f"{one} * 2 - {two} {sign} {other}",
            f"{one} / {two} {sign} 0.3",
            f"{one} / {two} + {other} {sign} -1.5",
            f"({one} + 1) / ({two} - 2) {sign} {other} / 3",
            f"abs({one} - {two}) {sign} 0.1",
            f"{one} * {two} {sign} {other}",
            f"{one} * {one} {sign} {two}",
            f"{chance.choice(['floor', 'ceiling', 'round', 'to_int'])}({one} / {two}) {sign} {chance.choice(['-1', '0', '1', '3'])}",
        ])

    def statistic(self):
        """A statistic of some kind over some facts, and a test of it."""
        chance = self.chance
        of = lambda *kinds: [fact.path for fact in self.facts if fact.type in kinds]
        numbers, booleans = of("integer", "number"), of("boolean")
        kind = chance.choice(["count", "sum", "mean", "ratio", "min", "max", "median", "percentile", "share", "rank", "rank",
                              "cumulative share"])
        if not (booleans if kind == "share" else numbers):
            return None
        parts = {"statistic": kind}
        if kind == "share":
            parts["of"] = chance.choice(booleans)
        elif kind == "rank":
            parts["of"] = chance.choice(of("integer", "number", "date"))
        elif kind != "count":
            parts["of"] = chance.choice(numbers)
        if kind == "ratio":
            parts["over"] = chance.choice(numbers)
        if kind == "percentile":
            parts["p"] = chance.choice([0, 10, 33.3, 50, 90, 100])
        if kind == "cumulative share":
            parts["along"] = chance.choice(of("integer", "number", "date"))
        if kind in ("rank", "cumulative share"):
            parts["order"] = chance.choice(["ascending", "descending"])
            ties = chance.sample([chance.choice(["", "-"]) + path for path in of("integer", "number", "date", "text", "choice", "boolean")], 1)
            if chance.random() < 0.5:
                parts["ties"] = "[" + ", ".join(ties) + "]"
        if booleans and chance.random() < 0.4:
            parts["where"] = chance.choice(booleans)
        groups = of("choice", "boolean")
        if groups and chance.random() < 0.4:
            parts["by"] = "[" + chance.choice(groups) + "]"
        unknown = chance.random()
        if unknown < 0.1:
            parts["unknown"] = "makes unknown"
        elif unknown < 0.3 and "of" in parts and kind != "share" and parts["of"] in numbers:
            parts["unknown"] = "{assume: 2}"
        name = f"s{len(self.statistics)}"
        self.statistics[name] = "{" + ", ".join(f"{key}: {value}" for key, value in parts.items()) + "}"
        sign = chance.choice(["==", "!=", "<", "<=", ">", ">="])
        whole = kind in ("count", "rank")
        ends = ["3", "10", "25"] if whole else ["0.5", "1", "-2.5", "0.3333", "7"]
        if chance.random() < 0.3 and numbers:
            self.cautious = True
            other = chance.choice(numbers)
            forms = [f"j.{other} {sign} stats.{name}", f"j.{other} * 2 {sign} stats.{name} + 1"]
            integers = [f"j.{path}" for path in of("integer")] + ([f"stats.{name}"] if whole else [])
            rounds = chance.choice(["floor", "ceiling", "round", "to_int"])
            forms += [f"{one} {sign} {rounds}(stats.{name} * 0.66)" for one in integers]
            return chance.choice(forms)
        return f"stats.{name} {sign} {chance.choice(ends)}"

    def test(self):
        chance = self.chance
        if self.measures and chance.random() < 0.25:
            statistic = self.statistic()
            if statistic:
                return statistic
        if self.calculates and chance.random() < 0.25:
            calculation = self.calculation()
            if calculation:
                self.cautious = True
                return calculation
        fact = chance.choice([fact for fact in self.facts if fact.type != "jurisdiction"])
        name = f"j.{fact.path}"
        if self.refers and chance.random() < 0.3:
            way = chance.choice(["seat", "seat", "seat.seat", "g.seat"])
            self.several_ways |= way != "seat"
            name = f"j.{way}.{fact.path}"
        if chance.random() < 0.06 and name == f"j.{fact.path}":
            return f'{chance.choice(["", "!"])}j.known("{fact.path}")'
        if fact.type in ("integer", "number") and chance.random() < 0.06 and name == f"j.{fact.path}":
            return f'j.assume("{fact.path}", 3) >= {self.threshold(fact)}'
        if fact.type == "boolean":
            return chance.choice([name, f"!{name}", f"{name} == true", f"{name} != true"])
        if fact.type == "choice":
            choice = chance.choice(fact.choices)
            fact.values.add(choice)
            text = quoted(choice)
            if chance.random() < 0.3 and len(fact.choices) > 2:
                other = quoted(chance.choice(fact.choices))
                return f"{name} in [{text}, {other}]"
            return f"{name} {chance.choice(['==', '!='])} {text}"
        sign = chance.choice(["==", "!=", "<", "<=", ">", ">="])
        at = self.threshold(fact)
        if fact.type == "text":
            return f"{name} {sign} {quoted(at)}"
        if fact.type == "date":
            return f'{name} {sign} date("{at}")'
        return f"{name} {sign} {at}"

    def threshold(self, fact):
        chance = self.chance
        if fact.type == "text":
            at = chance.choice(TEXTS)
        elif fact.type == "date":
            at = chance.choice(DAYS)
        elif fact.type == "integer":
            ends = [-9007199254740992, 9007199254740992] if fact.low is None else []
            at = str(chance.choice([0, 1, 3, -4, 5, 100, *ends]))
        else:
            at = chance.choice(["0.1", "0.3", "4.6", "-2.5", "100.0", "0.000001", "3.0", "99.99"])
        fact.values.add(at)
        return at

    def condition(self, depth):
        chance = self.chance
        test = self.test()
        while chance.random() < 0.4:
            other = self.test()
            test = f"({test}) {chance.choice(['&&', '||'])} ({other})"
        return f"!({test})" if chance.random() < 0.15 else test

    def outcome(self):
        return self.chance.choice([
            "met()", 'met("good")', "not_met()", 'not_met("bad")', 'not_met("it\'s bad -- ; \\" ")',
            'not_applicable("none of it")', 'met("other")'])

    def block(self, depth):
        if depth == 0 or self.chance.random() < 0.25:
            return self.outcome()
        return f"if {self.condition(depth)} {{ {self.block(depth - 1)} }} else {{ {self.block(depth - 1)} }}"

    def points(self):
        lines = ["let n = 0;"]
        for _ in range(self.chance.randint(3, 6)):
            lines.append(f"if {self.test()} {{ n += {self.chance.randint(1, 4)}; }}")
        lines.append(f"if n >= {self.chance.randint(3, 8)} {{ met(\"enough\") }} else {{ not_met(`only ${{n}}`) }}")
        return "\n".join(lines)

    def ladder(self):
        lines = []
        for _ in range(self.chance.randint(2, 6)):
            lines.append(f"if {self.condition(1)} {{ return {self.outcome()}; }}")
        return "\n".join([*lines, self.outcome()])

    def script(self):
        kind = self.chance.random()
        if kind < 0.2:
            return self.points()
        if kind < 0.4:
            return self.ladder()
        if kind < 0.5:
            return self.condition(2)
        return self.block(3)

    def values(self, fact):
        """Values at every threshold, one step beside, and some that do not fit."""
        found = set(fact.values)
        if fact.type == "boolean":
            return ["true", "false"]
        if fact.type == "jurisdiction":
            return []
        if fact.type == "choice":
            return sorted(found | set(fact.choices)) + ["none of them"]
        if fact.type == "text":
            return sorted(found | set(TEXTS) | {text + "\x01" for text in found if text != "a\nb"})
        if fact.type == "date":
            found |= set(DAYS)
            return sorted(found | {day(at, by) for at in found for by in (-1, 1)})
        found |= {step(at, by) for at in found for by in (-1, 1)}
        found |= {str(fact.low - 1), str(fact.high + 1), str(fact.high)} if fact.low is not None else {"0"}
        if fact.type == "integer":
            found = {value for value in found if abs(int(value)) <= 2**53}
        return sorted(found)


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def cell(text):
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n\r') else text


def write(root, chance, records):
    maker = Maker(chance)
    if maker.refers:
        maker.facts += [Fact("seat", "jurisdiction"), Fact("g.seat", "jurisdiction")]
    os.makedirs(f"{root}/policies/demo/jurisdictions", exist_ok=True)
    os.makedirs(f"{root}/scripts/demo", exist_ok=True)
    conditions = [f"c{number}" for number in range(chance.randint(1, 5))]
    for name in conditions:
        level = "//! @level advisory\n" if chance.random() < 0.1 and name != "c0" else ""
        script = maker.script()
        with open(f"{root}/scripts/demo/{name}.rhai", "w") as file:
            file.write(f"//! Condition {name}\n{level}\n{script}\n")
    decision = chance.choice(["all", "all", "any", "at_least", "script"])
    if decision == "at_least":
        decision = f"{{at_least: {chance.randint(1, len(conditions))}}}"
    if decision == "script":
        one, two = chance.choice(conditions), chance.choice(conditions)
        with open(f"{root}/scripts/demo/decision.rhai", "w") as file:
            file.write(
                f"//! Decision\nif findings.{one}.met {{ return eligible(\"one\"); }}\n"
                f"if findings.{two}.not_applicable && {maker.test()} {{ eligible(\"two\") }} else {{ ineligible(\"none\") }}\n")
    facts = []
    for fact in maker.facts:
        more = ""
        if fact.choices:
            more = ", choices: [" + ", ".join("'" + one.replace("'", "''") + "'" for one in fact.choices) + "]"
        if fact.low is not None:
            more += f", range: {{min: {fact.low}, max: {fact.high}}}"
        facts.append(f"  {fact.path}: {{type: {fact.type}{more}}}")
    with open(f"{root}/policies/demo/rulebook.yaml", "w") as file:
        file.write(f"title: Demo -- ';\nas_of: 2017-08-03\ndecision: {decision}\nfacts:\n" + "\n".join(facts) + "\n")
        if maker.statistics:
            file.write("statistics:\n" + "".join(f"  {name}: {what}\n" for name, what in maker.statistics.items()))
    if chance.random() < 0.3:
        waivers = [
            f"- {{jurisdiction: i{chance.randrange(records)}, condition: {chance.choice(conditions)}, "
            f"reason: why, granted_by: somebody}}" for _ in range(records // 5 + 1)]
        with open(f"{root}/policies/demo/waivers.yaml", "w") as file:
            file.write("\n".join(waivers) + "\n")
    choices = [maker.values(fact) for fact in maker.facts]
    rows = []
    for number in range(records):
        before = [f"i{chance.randrange(number)}"] if number else []
        drawn = [values or before for values in choices]
        row = [None if chance.random() < 0.25 or not values else chance.choice(values) for values in drawn]
        rows.append([f"i{number}", *row])
    with open(f"{root}/policies/demo/jurisdictions/records.csv", "w", newline="") as file:
        file.write(",".join(["id", *(fact.path for fact in maker.facts)]) + "\n")
        for row in rows:
            file.write(",".join("" if value is None else cell(value) for value in row) + "\n")
    return Book(maker.facts, conditions, rows, maker.cautious, maker.several_ways, bool(maker.statistics))
