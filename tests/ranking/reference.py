"""The whole ranking once more, slow and obvious: plain loops and dictionaries, nothing shared.

Only what other rooms give is taken as given: terms, quantities, firms' names. What a feature
means is written down here a second time; when a meaning changes, it has to change in both places.
"""

import math
import re
from collections import Counter

from matcher.quantity import conversion, coverage
from matcher.terms import (
    Agreement,
    analyse,
    compare_group,
    group_by_name,
    lexicon,
    parts_of,
    spec_of,
)
from matcher.text import firm_key

SERVICE_ENDS = (
    "服务|检测|检验|校准|检定|安装|施工|维修|检修|大修|维保|维护|保养|调试|运输|物流|装卸|仓储|租赁|设计|咨询|"
    "认证|培训|保洁|清洗|代理|外包|加工|代加工|制作|改造|运维|监理|评估|托管|开发|工程|处置|回收"
)


def products(rows):
    """(row, product name, terms) of every product, in the order of the rows' ids."""
    found = []
    for row in sorted(rows, key=lambda r: r.row_id):
        found += [(row, name, analyse(name, spec_of(row), row.standard)) for name in parts_of(row)]
    return found


def vector(terms, frequency, documents):
    """Token → weight of length one; tokens without a frequency are left out."""
    weights = {}
    for token, count in Counter(terms.grams).items():
        if token in frequency:
            idf = math.log((1 + documents) / (1 + frequency[token])) + 1
            weights[token] = (1 + math.log(count)) * idf
    length = math.sqrt(sum(weights[t] ** 2 for t in sorted(weights)))
    return {token: weight / length for token, weight in weights.items()} if length else {}


def millionths(x):
    """Rounded to 1e-6 as numpy does it: halves to the even side, after scaling."""
    return round(x * 1e6) / 1e6


def cosine(one, other):
    total = 0.0
    for token in sorted(one):
        if token in other:
            total += one[token] * other[token]
    return millionths(total)


def candidates(wanted, offered, frequency, documents, k):
    """{demanded name: {supplied name: cosine}}: the k best names, and all that tie with the k-th."""
    mine = {t.name: vector(t, frequency, documents) for _, _, t in wanted}
    theirs = {t.name: vector(t, frequency, documents) for _, _, t in offered}
    found = {}
    for name, one in mine.items():
        values = {other: cosine(one, two) for other, two in theirs.items()}
        best = sorted(values.values(), reverse=True)
        cut = best[k - 1] if len(best) >= k else 0.0
        found[name] = {n: v for n, v in values.items() if v > 0 and v >= cut}
    return found


def concept(t):
    return t.concept or t.head


def steps_up(low, high):
    """How many steps of the lexicon lead from a product up to another, 0 if none do."""
    return lexicon().ancestors(low).get(high, 0)


def same_name(w, o):
    return (w.concept != "" and w.concept == o.concept) or (
        w.canonical != "" and w.canonical == o.canonical
    )


def name_likeness(p):
    return max(p["cosine"], 0.9 if same_name(p["w"], p["o"]) else 0.0)


def head_same(p):
    return 1.0 if p["w"].head and p["w"].head == p["o"].head else 0.0


def head_conflict(p):
    a, b = p["w"].head, p["o"].head
    if not a or not b or a == b or a not in lexicon() or b not in lexicon():
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
    steps = steps_up(concept(p["o"]), concept(p["w"]))
    return 1 / steps if steps else 0.0


def offered_is_wider(p):
    steps = steps_up(concept(p["w"]), concept(p["o"]))
    return 1 / steps if steps else 0.0


def service_mismatch(p):
    return 1.0 if is_service(p["w"].core) != is_service(p["o"].core) else 0.0


def is_service(core):
    return any(core.endswith(end) for end in SERVICE_ENDS.split("|"))


def kinship(p):
    if head_same(p) or offered_is_narrower(p) or offered_is_wider(p):
        return 1.0
    return min(1.0, name_likeness(p) / 0.4)


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


def spec_conflict(p):
    count = agreements(p)[0][Agreement.CONFLICT]
    return min(2.0, 1 + 0.5 * (count - 1)) if count else 0.0


def standard_same(p):
    return kinship(p) if set(p["w"].standards) & set(p["o"].standards) else 0.0


def standard_conflict(p):
    mine, theirs = set(p["w"].standards), set(p["o"].standards)
    return 1.0 if mine and theirs and not mine & theirs else 0.0


def share(p):
    return coverage(p["supply"].annual_capacity, p["demand"].annual_quantity)


def capacity_short(p):
    covered = share(p)
    if covered is None or covered >= 1:
        return 0.0
    return min(2.0, -math.log10(covered)) if covered > 0 else 2.0


def capacity_enough(p):
    return kinship(p) if share(p) is not None and share(p) >= 0.8 else 0.0


def unit_conflict(p):
    mine, theirs = p["demand"].unit, p["supply"].unit
    return 1.0 if mine and theirs and conversion(theirs, mine) is None else 0.0


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
    for name, weight in weights.items():
        if weight:
            value = millionths(globals()[name](p))
            found[name] = (value, round(value * weight * 1_000_000))
    return found


def match(demands, supplies, parameters, model):
    """(suggestions as tuples, gaps) as the engine should find them."""
    wanted, offered = products(demands), products(supplies)
    frequency = Counter(token for _, _, t in [*wanted, *offered] for token in set(t.grams))
    documents = len(wanted) + len(offered)
    k = max(parameters.candidates, 2 * parameters.top)
    near = candidates(wanted, offered, frequency, documents, k)
    best = {}  # (demand id, supply id) → the best pair of products, the first of equals
    for demand, wanted_name, w in wanted:
        for supply, offered_name, o in offered:
            if o.name not in near[w.name]:
                continue
            p = {"demand": demand, "supply": supply, "w": w, "o": o, "cosine": near[w.name][o.name]}
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
