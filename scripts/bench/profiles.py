"""The table of zonal-sum's builds. Called by scripts/bench-profiles."""
import argparse
import os
import statistics

import peers

DEFAULT = ["sle_13", "sle_200", "sle_2000", "caf_200"]


def measure(builds, case, folder, runs):
    """Wall and CPU seconds of each run, by build; their outputs must be the same bytes."""
    zones, rasters = peers.inputs(case, folder)
    flags = [word for raster in rasters for word in ("-r", raster)]
    out = os.path.join(folder, "profiles.csv")
    measured = {name: [] for name in builds}
    first = None
    for run in range(runs + 1):
        for name, program in builds.items():  # in turn, so that a busy minute hits all
            wall, cpu, _ = peers.run([program, "-q", "--threads", "2", *flags, zones], out)
            with open(out, "rb") as file:
                output = file.read()
            first = first or output
            if output != first:
                raise SystemExit(f"profiles: {name}: other sums than those of {next(iter(builds))} for {case}")
            if run:  # the first fills the cache
                measured[name].append((wall, cpu))
    return measured


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", required=True)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--builds", nargs="+", required=True)
    parser.add_argument("cases", nargs="*")
    arguments = parser.parse_args()
    builds = dict(build.split("=", 1) for build in arguments.builds)
    print("| case | build | CPU s, median | compared with " + next(iter(builds)) + " | wall s, best |")
    print("|---|---|---|---|---|")
    for case in arguments.cases or DEFAULT:
        measured = measure(builds, case, arguments.dir, arguments.runs)
        baseline = measured[next(iter(builds))]
        for name, runs in measured.items():
            # By pairs: both halves of a pair ran in the same seconds.
            ratio = statistics.median(run[1] / other[1] for run, other in zip(runs, baseline))
            cpu = statistics.median(run[1] for run in runs)
            print(f"| {case} | {name} | {cpu:.3f} | {100 * (ratio - 1):+.1f} % | {min(run[0] for run in runs):.3f} |", flush=True)


if __name__ == "__main__":
    main()
