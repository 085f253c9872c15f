"""OpenFisca-Japan's side of the benchmark; runs in an environment of its own, prints JSON.

Reads households (salary earner, spouse, relatives) from an .npz file: the columns of all persons,
the household of each, and the role of each (0 earner, 1 spouse, 2 child or other relative).
"""

import json
import sys
import time

import numpy as np
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_japan import CountryTaxBenefitSystem

DAY = "2024-12-31"


def peak_megabytes():
    """The largest size of this process (rusage would also count the process that started it)."""
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return round(int(line.split()[1]) / 1024, 1)


def build(system, people):
    """A simulation holding all the households."""
    builder = SimulationBuilder()
    builder.create_entities(system)
    persons = np.arange(people["salary"].size)
    households = np.arange(people["household"].max() + 1)
    builder.declare_person_entity("人物", persons)
    entity = builder.declare_entity("世帯", households)
    grown = np.where(people["age"] >= 60, "祖父母", "子")
    roles = np.where(people["role"] == 2, grown, "親")
    builder.join_with_persons(entity, people["household"], roles=roles)
    simulation = builder.build(system)
    simulation.set_input("収入", DAY, people["salary"].astype(float))
    simulation.set_input("年齢", DAY, people["age"])
    simulation.set_input("社会保険料控除", DAY, people["social_insurance"].astype(float))
    return simulation


def main():
    """Time the building and the computing of 住民税, apart, by the processor's clock."""
    system = CountryTaxBenefitSystem()
    people = dict(np.load(sys.argv[1]))
    times = []
    for _ in range(int(sys.argv[2])):
        start = time.process_time()
        simulation = build(system, people)
        built = time.process_time()
        tax = simulation.calculate("住民税", DAY)
        times.append((built - start, time.process_time() - built))
    deductions = simulation.calculate("住民税所得控除", DAY)
    income = simulation.calculate("合計所得金額", DAY)
    np.savez(sys.argv[3], tax=tax, deductions=deductions, income=income)
    built, computed = zip(*times, strict=True)
    print(json.dumps({"build": built, "compute": computed, "mb": peak_megabytes()}))


if __name__ == "__main__":
    main()
