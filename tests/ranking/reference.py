"""The whole ranking once more, slow and obvious: plain loops and dictionaries, nothing shared.

Only what other rooms give is taken as given: terms, quantities, firms' names. What a feature
means is written down here a second time; when a meaning changes, it has to change in both places.
"""

import math
import re
from collections import Counter

from matcher.quantity import conversion, counts, coverage
from matcher.terms import (
    Agreement,
    analyse,
    column,
    compare_group,
    contrasting,
    group_by_name,
    is_service,
    lexicon,
    products_of,
    weight,
)
from matcher.text import as_written, firm_key, letters


def products(rows):
    """(row, product name, terms) of every product, in the order of the rows' ids."""
    found = []
    for row in sorted(rows, key=lambda r: r.row_id):
        for product in products_of(row):
            terms = analyse(product.name, product.spec, row.standard)
            found.append((row, as_written(product.name, row.product_name), terms))
    return found


class Counts:
    """In how many products each column occurs, in their names and in their whole rows."""

    def __init__(self, terms, made=()):
        self.documents = len(terms)
        self.frequency = Counter()
        for t in terms:
            self.frequency.update({column(token) for token in t.grams})
            self.frequency.update({column(token) for token in t.text_grams})
        self.makers, self.range = {}, {}  # thing → its firms, firm → its things
        for made_thing, firm in made:
            if made_thing and firm:
                self.makers.setdefault(made_thing, set()).add(firm)
                self.range.setdefault(firm, set()).add(made_thing)

    def idf(self, place):
        return math.log((1 + self.documents) / (1 + self.frequency[place])) + 1

    def vector(self, grams):
        """Column → weight, of length one; columns where no product stands are left out."""
        worth = {column(token): weight(token) for token in grams}
        weights = {}
        for place, count in Counter(column(token) for token in grams).items():
            if self.frequency[place]:
                weights[place] = (1 + math.log(count)) * self.idf(place) * worth[place]
        length = math.sqrt(sum(weights[c] ** 2 for c in sorted(weights)))
        return {c: w / length for c, w in weights.items()} if length else {}

    def shared(self, one, other):
        """Summed idf of what two sets of columns share."""
        return millionths(sum(self.idf(place) for place in sorted(one & other)))

    def total(self, places):
        return sum(self.idf(place) for place in sorted(places))

    def weight_of(self, firms):
        return sum(1 / math.sqrt(4 + len(self.range[firm])) for firm in sorted(firms))


def millionths(x):
    """Rounded to 1e-6 as numpy does it: halves to the even side, after scaling."""
    return round(x * 1e6) / 1e6


def cosine(one, other):
    return millionths(sum(one[token] * other[token] for token in sorted(one) if token in other))


def nearest(wanted, offered, text, grams, counts, k):
    """{(text, text)}: for every demanded text the k best, and all that tie with the k-th."""
    mine = {text(t): counts.vector(grams(t)) for _, _, t in wanted}
    theirs = {text(t): counts.vector(grams(t)) for _, _, t in offered}
    found = set()
    for name, one in mine.items():
        values = {other: cosine(one, two) for other, two in theirs.items()}
        best = sorted(values.values(), reverse=True)
        cut = best[k - 1] if len(best) >= k else 0.0
        found |= {(name, n) for n, v in values.items() if v > 0 and v >= cut}
    return found


def kin(wanted, offered, k):
    """{(thing, name)}: the k nearest names of the same kind, or of one above or below.

    First what fewer steps part, then the shorter name, then the one that comes first.
    """
    names = {}
    for _, _, t in offered:
        names.setdefault(t.name, (len(names), thing(t)))
    found = set()
    for kind in {thing(t) for _, _, t in wanted} - {""}:
        near = []
        for name, (place, other) in names.items():
            steps = max(steps_up(kind, other), steps_up(other, kind))
            if other and (steps or other == kind):
                near.append((steps, other, len(name), place, name))
        found |= {(kind, name) for *_, name in sorted(near)[:k]}
    return found


def candidates(wanted, offered, counts, k):
    """Whether a pair of products is looked at: by names, by whole rows, or as kin."""
    names = nearest(wanted, offered, lambda t: t.name, lambda t: t.grams, counts, k)
    texts = nearest(wanted, offered, lambda t: t.text, lambda t: t.text_grams, counts, (k + 1) // 2)
    kinds = kin(wanted, offered, k)
    return lambda w, o: (
        (w.name, o.name) in names or (w.text, o.text) in texts or (thing(w), o.name) in kinds
    )


def thing(t):
    return t.concept or t.head


def steps_up(low, high):
    """How many steps of the lexicon lead from a product up to another, 0 if none do."""
    return lexicon().ancestors(low).get(high, 0)


def same_name(p):
    w, o = p["w"], p["o"]
    return (w.concept != "" and w.concept == o.concept) or (
        letters(w.core) != "" and letters(w.core) == letters(o.core)
    )


def name_cosine(p):
    return cosine(p["counts"].vector(p["w"].grams), p["counts"].vector(p["o"].grams))


def text_cosine(p):
    return cosine(p["counts"].vector(p["w"].text_grams), p["counts"].vector(p["o"].text_grams))


def name_likeness(p):
    return 1 - (1 - name_cosine(p)) ** 2


def text_likeness(p):
    return 1 - (1 - text_cosine(p)) ** 2


def name_ratio(p):
    """Twice the longest common subsequence over both lengths; 0 for two empty names."""
    a, b = p["w"].canonical, p["o"].canonical
    longest = [0] * (len(b) + 1)
    for x in a:
        before = longest[:]
        for i, y in enumerate(b):
            longest[i + 1] = before[i] + 1 if x == y else max(before[i + 1], longest[i])
    return 2 * longest[-1] / (len(a) + len(b)) if a or b else 1.0


def tokens(prefix, words):
    return {column(prefix + word) for word in words}


def part(shared, total):
    return min(1.0, shared / total) if total else 0.0


def words_covered(p):
    mine, theirs = tokens("w:", p["w"].keys), tokens("w:", p["o"].keys)
    return part(p["counts"].shared(mine, theirs), p["counts"].total(mine))


def code_same(p):
    mine, theirs = tokens("r:c:", p["w"].codes), tokens("r:c:", p["o"].codes)
    return part(p["counts"].shared(mine, theirs), p["counts"].total(mine))


def code_conflict(p):
    mine, theirs = tokens("r:c:", p["w"].codes), tokens("r:c:", p["o"].codes)
    if not mine or not theirs:
        return 0.0
    fewer = min(p["counts"].total(mine), p["counts"].total(theirs))
    return 1 - part(p["counts"].shared(mine, theirs), fewer)


def figure_conflict(p):
    mine, theirs = (wholes(p[side].codes) | p[side].figures for side in "wo")
    shapes = set()
    for one in mine:
        for other in theirs:
            if hidden(one) == hidden(other) and not one.isdigit():
                shapes.add(hidden(one))
    return min(2.0, len(shapes - {hidden(each) for each in mine & theirs}))


def wholes(codes):
    return {c for c in codes if not any(c in other for other in codes - {c})}


def hidden(figure):
    if figure.endswith("#") or any(sign >= "\u3400" for sign in figure):
        return re.sub(r"[0-9]+(\.[0-9]+)?", "0", figure)
    return re.sub("[0-9]", "0", figure)


def misspelt(p):
    return 1.0 if p["w"].misspelt != p["o"].misspelt else 0.0


def head_same(p):
    return 1.0 if p["w"].head and p["w"].head == p["o"].head else 0.0


def head_conflict(p):
    a, b = p["w"].head, p["o"].head
    if a == b or a not in lexicon() or b not in lexicon():
        return 0.0
    return 0.0 if steps_up(a, b) or steps_up(b, a) else 1.0


def modifier(front, whole, heads_differ):
    if len(front) >= 2 and len(whole) >= len(front) + 2 and heads_differ:
        return 1.0 if whole.startswith(front) and not whole.endswith(front) else 0.0
    return 0.0


def wanted_is_modifier(p):
    return modifier(p["w"].core, p["o"].core, p["w"].head != p["o"].head)


def offered_is_modifier(p):
    return modifier(p["o"].core, p["w"].core, p["w"].head != p["o"].head)


def offered_is_narrower(p):
    steps = steps_up(thing(p["o"]), thing(p["w"]))
    return 1 / steps if steps else 0.0


def offered_is_wider(p):
    steps = steps_up(thing(p["w"]), thing(p["o"]))
    return 1 / steps if steps else 0.0


def family(p):
    return lexicon().likeness(thing(p["w"]), thing(p["o"]))


def made_together(p):
    one, other = (p["counts"].makers.get(thing(p[side]), set()) for side in "wo")
    if thing(p["w"]) == thing(p["o"]) or same_name(p) or head_same(p) or family(p):
        return 0.0
    if offered_is_narrower(p) or offered_is_wider(p):
        return 0.0
    lengths = [4 + p["counts"].weight_of(firms) for firms in (one, other)]
    shared = millionths(p["counts"].weight_of(one & other))
    return min(1.0, shared / math.sqrt(lengths[0] * lengths[1]) / 0.15)


def contrast(p):
    return min(2.0, len(contrasting(p["w"].marks, p["o"].marks)))


def service_mismatch(p):
    return 1.0 if is_service(p["w"].core) != is_service(p["o"].core) else 0.0


def kinship(p):
    if head_same(p) or same_name(p) or offered_is_narrower(p) or offered_is_wider(p):
        return 1.0
    heads = p["w"].head, p["o"].head
    strangers = all(heads) and heads[0] != heads[1] and name_cosine(p) == 0
    rows = 0.0 if head_conflict(p) or strangers else text_cosine(p)
    return min(1.0, max(name_cosine(p), rows) / 0.4)


def unrelated(p):
    return 1 - kinship(p)


def agreements(p):
    """How often each agreement occurs among the attributes both state, and how many are wanted."""
    mine, theirs = group_by_name(p["w"].attributes), group_by_name(p["o"].attributes)
    both = Counter(compare_group(mine[n], theirs[n]) for n in mine if n in theirs)
    return both, len(mine)


def spec_equal(p):
    both, stated = agreements(p)
    return kinship(p) * (both[Agreement.EQUAL] / stated) if stated else 0.0


def spec_compatible(p):
    both, stated = agreements(p)
    return kinship(p) * (both[Agreement.COMPATIBLE] / stated) if stated else 0.0


def spec_unknown(p):
    both, stated = agreements(p)
    return 1 - sum(both.values()) / stated if stated else 0.0


def spec_conflict(p):
    count = agreements(p)[0][Agreement.CONFLICT]
    return min(2.0, 1 + 0.5 * (count - 1)) if count else 0.0


def standard_same(p):
    best = 0.0
    for number, year in p["w"].editions:
        for same, other in p["o"].editions:
            if number == same:
                best = max(best, 0.5 if year and other and year != other else 1.0)
    return kinship(p) * best


def standard_conflict(p):
    mine, theirs = set(p["w"].standards), set(p["o"].standards)
    return 1.0 if mine and theirs and not mine & theirs else 0.0


def share(p):
    return coverage(p["supply"].annual_capacity, p["demand"].annual_quantity)


def capacity_short(p):
    covered = share(p)
    if covered is None or covered >= 1:
        return 0.0
    return min(1.5, -math.log10(covered)) if covered > 0 else 1.5


def capacity_enough(p):
    return kinship(p) if share(p) is not None and share(p) >= 0.8 else 0.0


def unit_conflict(p):
    mine, theirs = p["demand"].unit, p["supply"].unit
    if not mine or not theirs or conversion(theirs, mine) is not None:
        return 0.0
    near = mine in theirs or theirs in mine
    return 0.2 if near or (counts(mine) and counts(theirs)) else 1.0


def same_county(p):
    return kinship(p) if p["demand"].county and p["demand"].county == p["supply"].county else 0.0


def tier_level(p):
    level = {"创新型": 1, "专精特新": 2, "小巨人": 3}.get(p["supply"].tier, 0)
    return kinship(p) * (level / 3)


def named_buyer(p):
    leader, buyers = firm_key(p["demand"].leader), p["supply"].intended_buyers
    if len(leader) >= 4:
        return kinship(p) if leader in firm_key(buyers) else 0.0
    named = [firm_key(name) for name in re.split(r"[、，,；;/|\s]", buyers) if name]
    return kinship(p) if len(leader) >= 2 and leader in named else 0.0


def contributions(p, weights):
    """{feature: (value, millionths of a log-odd)} of the features that have a weight."""
    found = {}
    for name, factor in weights.items():
        if factor:
            value = millionths(globals()[name](p))
            found[name] = (value, round(value * factor * 1_000_000))
    return found


def match(demands, supplies, parameters, model):
    """(suggestions as tuples, gaps) as the engine should find them."""
    wanted, offered = products(demands), products(supplies)
    made = [(thing(t), firm_key(row.enterprise)) for row, _, t in offered]
    counted = Counts([t for _, _, t in [*wanted, *offered]], made)
    looked_at = candidates(wanted, offered, counted, max(parameters.candidates, 2 * parameters.top))
    best = {}  # (demand id, supply id) → the best pair of products, the first of equals
    for demand, wanted_name, w in wanted:
        for supply, offered_name, o in offered:
            if not looked_at(w, o):
                continue
            p = {"demand": demand, "supply": supply, "w": w, "o": o, "counts": counted}
            parts = contributions(p, model.weights)
            log_odds = round(model.base * 1_000_000) + sum(points for _, points in parts.values())
            key = demand.row_id, supply.row_id
            if key not in best or log_odds > best[key][0]:
                best[key] = log_odds, parts, wanted_name, offered_name
    suggestions, gaps = [], []
    for demand in sorted(demands, key=lambda r: r.row_id):
        mine = [(-found[0], s, found) for (d, s), found in best.items() if d == demand.row_id]
        mine.sort(key=lambda item: item[:2])
        if not mine or chance(-mine[0][0]) < parameters.acceptable:
            gaps.append(demand.row_id)
        rank = 0
        for _, supply_id, (log_odds, parts, wanted_name, offered_name) in mine:
            if rank < parameters.top and chance(log_odds) >= parameters.min_score:
                rank += 1
                points = {name: part for name, part in parts.items() if part[1]}
                suggestions.append(
                    (
                        demand.row_id,
                        supply_id,
                        rank,
                        chance(log_odds),
                        wanted_name,
                        offered_name,
                        points,
                    )
                )
    return suggestions, gaps


def chance(log_odds):
    return round(1 / (1 + math.exp(-log_odds / 1_000_000)), 6)
