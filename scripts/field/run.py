"""Runs public reports of lying sensors against a real controller and moto; see scripts/field-cases."""
import argparse
import shutil
import sys
import time

import cases
from lab import Lab


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/field-cases", description=__doc__)
    parser.add_argument("--finops", required=True, help="the binary that is tried")
    parser.add_argument("--speed", type=int, default=10)
    parser.add_argument("--minutes", type=int, default=115, help="of the fleet's time, at most")
    parser.add_argument("--only", default="cases,rolling,at-once,disks")
    parser.add_argument("--keep", action="store_true", help="leave folder and log of each run")
    return parser.parse_args()


def pool(name):
    return "".join(c if c.isalnum() else "-" for c in name.lower()).strip("-")


def furnish(lab, chosen, workers):
    """A machine a case, its twin, what else it needs; and machines plainly at work."""
    rows = []
    for number, one in enumerate(chosen):
        base, lines = 1000 * (number + 1), f"kind: {one.kind}"
        if one.pool:
            lines += ", " + one.pool
        name = pool(one.name)
        machine = lab.add(one.name, pool(one.shared) or name, one.type, one.body, base,
                          delay=one.delay, lines=lines)
        twin = one.twin and lab.add(
            one.name + " twin", name + "-twin", one.type, one.twin, base + 300, lines=lines)
        if one.other:
            lab.add(one.name + " other", name + "-other", one.type, one.other, base, lines=lines)
        rows.append((one, machine, twin))
    for number in range(workers):
        lab.add(f"worker {number + 1}", "workers", "g5.xlarge",
                lambda t, n, base: cases.page(
                    [cases.Row(0, cases.uuid(base), cases.work(t, 250), cases.A10G)]),
                900_000 + number)
    return rows


def wait(lab, rows, least, most):
    """Until every machine that should go is gone, but `least` minutes of the fleet's time."""
    told = 0
    while lab.clock.seconds() < most * 60:
        time.sleep(2)
        if lab.controller.poll() is not None:
            raise SystemExit("the controller ended; see " + lab.log.name)
        lab.look()
        minutes = lab.clock.seconds() / 60
        open_ones = [m for one, machine, twin in rows
                     for m in (twin, machine if one.stop else None) if m and m.left is None]
        if minutes - told >= 10:
            told = minutes
            print(f"  … {minutes:.0f} min, {len(open_ones)} idle machines still on", flush=True)
        if not open_ones and minutes >= least:
            return


def fate(machine):
    if machine is None:
        return "-"
    return "kept" if machine.left is None else f"stopped {machine.left / 60:.0f} min"


def verdict(one, machine, twin):
    if (machine.left is None) == one.stop:
        return "IDLE, KEPT" if one.stop else "STOPPED AT WORK"
    return "twin kept" if twin and twin.left is None else "ok"


def table(rows):
    print(f"{'case':34} {'machine':16} {'twin':16} {'verdict':16} source")
    for one, machine, twin in rows:
        print(f"{one.name:34} {fate(machine):16} {fate(twin):16} {verdict(one, machine, twin):16} "
              f"{one.source}")


def play(title, chosen, options, least, workers=0, disks=True, explains=False):
    """One fleet from its start to its table; the number of wrong verdicts."""
    lab = Lab(options.finops, options.speed, disks)
    try:
        known = lab.knows_local_disks()
        lab.local_disks = disks and known
        print(f"\n== {title}, speed {options.speed}, "
              f"{'local_disks: lost' if lab.local_disks else 'no local_disks line'}"
              f"{'' if known else ' (this binary does not know the key)'}", flush=True)
        rows = furnish(lab, chosen, workers)
        lab.start()
        wait(lab, rows, least, options.minutes)
        table(rows)
        for one, machine, twin in rows:
            for idle in (machine if one.stop else None, twin):
                if idle and idle.left is None:
                    print(f"  idle and kept, {idle.name}: {' '.join(lab.explain(idle).split())[:600]}")
        if explains:
            for _, machine, _ in rows:
                print(f"  {machine.name}: {lab.explain(machine)[:400]}")
        at_work = [m.name for m in lab.machines if m.pool == "workers" and m.left is not None]
        if at_work:
            print("  stopped although plainly at work:", at_work)
        return sum(verdict(*row) != "ok" for row in rows) + len(at_work)
    finally:
        lab.close()
        if options.keep:
            print("  left:", lab.folder)
        else:
            shutil.rmtree(lab.folder, ignore_errors=True)


def main():
    options = arguments()
    wanted, wrong = options.only.split(","), 0
    if "cases" in wanted:
        wrong += play("reports", cases.CASES, options, 45, workers=40)
    if "rolling" in wanted:
        wrong += play("S3, one after the other", cases.ROLLING, options, 50, workers=30)
    if "at-once" in wanted:
        wrong += play("S3, all at once", cases.AT_ONCE, options, 60, workers=30)
    if "disks" in wanted:
        wrong += play("local disks", cases.DISKS, options, 90, disks=False, explains=True)
    print(f"\n{wrong} wrong")
    sys.exit(1 if wrong else 0)


main()
