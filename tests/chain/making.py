"""Small chains for the tests, written by hand, and random ones."""

from __future__ import annotations

import random

from matcher.chain.known import Known, Offer
from matcher.chain.template import Chain, chain_of
from matcher.chain.tomllines import parse
from matcher.model import Demand, Quantity, Supply, Verdict

COPPER = """# 铜链，测试用
name = "铜"
title = "铜产业链"

[[stages]]
id = "mining"
name = "采选"
position = "上游"

[[stages]]
id = "smelting"
name = "冶炼"
position = "中游"

[[stages]]
id = "wire"
name = "线材"
position = "下游"

[[stages]]
id = "service"
name = "配套"
position = "配套"

[[products]]
name = "铜精矿"
stage = "mining"
also = ["铜矿砂及其精矿"]
feeds = ["阴极铜"]

[[products]]
name = "阴极铜"
stage = "smelting"
also = ["电解铜"]
feeds = ["铜杆", "番茄:铜带"]

[[products]]
name = "铜杆"
stage = "wire"
note = "连铸连轧"

[[products]]
name = "吨袋"
stage = "service"
also = ["集装袋", "铜渣精矿吨袋"]
feeds = ["铜精矿"]
"""
OTHER = """name = "番茄"
title = "番茄产业链"
[[stages]]
id = "a"
name = "甲"
position = "上游"
[[products]]
name = "铜带"
stage = "a"
"""
TEXTS = {"chains/copper.toml": COPPER, "chains/other.toml": OTHER}


def chains(*texts: str) -> tuple[Chain, ...]:
    return tuple(chain_of(parse("x.toml", text)) for text in texts or TEXTS.values())


def tonnes(amount: float | None, unit: str = "吨", period: str = "") -> Quantity | None:
    return None if amount is None else Quantity(amount, amount, unit, period)


def demand(row_id: str, name: str, amount: float | None = 100.0, **fields) -> Demand:
    usual = {
        "products": tuple(name.split("、")), "leader": "甲铜业有限公司", "county": "博乐市",
        "chain": "铜", "annual_quantity": tonnes(amount), "unit": "吨",
    }  # fmt: skip
    return Demand(row_id, name, **(usual | fields))


def supply(row_id: str, name: str, amount: float | None = 100.0, **fields) -> Supply:
    usual = {
        "products": tuple(name.split("、")), "enterprise": f"企业{row_id}有限公司", "county": "精河县",
        "annual_capacity": tonnes(amount), "unit": "吨",
    }  # fmt: skip
    return Supply(row_id, name, **(usual | fields))


def known(demands, supplies, offers=(), **fields) -> Known:
    usual = {"prefecture": frozenset({"博乐市", "精河县"})}
    return Known(demands, supplies, tuple(offers), **(usual | fields))


def offer(demand_id: str, supply_id: str, p: float | None = 0.8, verdict=None, **fields) -> Offer:
    return Offer(demand_id, supply_id, probability=p, verdict=verdict, **fields)


NAMES = ("铜杆", "钢管", "纸箱", "水泵", "轴承", "阀门")
_VERDICTS = (None, None, None, Verdict.ACCEPTED, Verdict.REJECTED, Verdict.UNSURE)


def random_known(seed: int) -> Known:
    """Up to 8 demands, 8 supplies of 6 firms and 30 offers between them."""
    rng = random.Random(seed)
    amounts = (None, 20.0, 60.0, 100.0, 250.0)
    demands = [
        demand(f"D{i}", "、".join(rng.sample(NAMES, rng.choice((1, 1, 2)))), rng.choice(amounts),
               leader=f"链主{rng.randrange(3)}有限公司")
        for i in range(rng.randint(1, 8))
    ]  # fmt: skip
    supplies = [
        supply(f"S{i}", rng.choice(NAMES), rng.choice(amounts),
               enterprise=f"企业{rng.randrange(6)}有限公司",
               county=rng.choice(("精河县", "博乐市", "", "奎屯")))
        for i in range(rng.randint(1, 8))
    ]  # fmt: skip
    pairs = [(d, s) for d in demands for s in supplies]
    chosen = rng.sample(pairs, min(len(pairs), rng.randint(0, 30)))
    offers = [
        offer(d.demand_id, s.supply_id, round(rng.random(), 3), rng.choice(_VERDICTS),
              demand_product=rng.choice(d.products), contracted=rng.random() < 0.1)
        for d, s in chosen
    ]  # fmt: skip
    return known(demands, supplies, offers)


def big_chain(products: int, seed: int = 0, stages: int = 8) -> Chain:
    """A chain of so many products over eight stages, the last one of support, linked at random."""
    rng = random.Random(seed)
    positions = ("上游", "上游", "中游", "中游", "中游", "下游", "下游", "配套")
    lines = ['name = "大"', 'title = "很大的产业链"']
    for i in range(stages):
        lines += [
            "[[stages]]",
            f'id = "s{i}"',
            f'name = "第{i}个环节"',
            f'position = "{positions[i]}"',
        ]
    names = [f"产品{'长' * rng.randrange(9)}{i}" for i in range(products)]
    stage_of = [i * stages // products for i in range(products)]
    for i, name in enumerate(names):
        later = [j for j in range(products) if j > i and stage_of[j] - stage_of[i] in {0, 1, 2}]
        fed = rng.sample(later, min(len(later), rng.choice((0, 1, 1, 2, 3))))
        fed = [j for j in fed if stage_of[j] > stage_of[i] or rng.random() < 0.3]
        lines += ["[[products]]", f'name = "{name}"', f'stage = "s{stage_of[i]}"']
        lines.append("feeds = [" + ", ".join(f'"{names[j]}"' for j in fed) + "]")
    return chain_of(parse("big.toml", "\n".join(lines)))


def big_session(products: int, seed: int = 0):
    """A session with a big chain and a few lists that name its products."""
    from matcher.chain.session import ChainSession

    chain = big_chain(products, seed)
    rng = random.Random(seed)
    some = rng.sample(chain.products, min(20, products))
    demands = [demand(f"D{i}", p.name, chain="大") for i, p in enumerate(some)]
    supplies = [supply(f"S{i}", p.name) for i, p in enumerate(some[: len(some) // 2])]
    offers = [offer(f"D{i}", f"S{i}") for i in range(len(supplies))]
    return ChainSession.of(known(demands, supplies, offers), (chain,)), chain
