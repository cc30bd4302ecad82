"""The table of zonal-sum's builds. Called by scripts/bench-profiles."""
import argparse
import os
import resource

import peers

DEFAULT = ["sle_13", "sle_200", "sle_2000", "caf_200"]


def measure(builds, case, folder, runs):
    """Wall, CPU and user seconds of each run, by build; their outputs must be the same bytes."""
    zones, rasters = peers.inputs(case, folder)
    flags = [word for raster in rasters for word in ("-r", raster)]
    out = os.path.join(folder, "profiles.csv")
    measured = {name: [] for name in builds}
    first = None
    for run in range(runs + 1):
        for name, program in builds.items():  # in turn, so that a busy minute hits all
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            wall, cpu, _ = peers.run([program, "-q", "--threads", "2", *flags, zones], out)
            user = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
            with open(out, "rb") as file:
                output = file.read()
            first = first or output
            if output != first:
                raise SystemExit(f"profiles: {name}: other sums than those of {next(iter(builds))} for {case}")
            if run:  # the first fills the cache
                measured[name].append((wall, cpu, user))
    return measured


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", required=True)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--builds", nargs="+", required=True)
    parser.add_argument("cases", nargs="*")
    arguments = parser.parse_args()
    builds = dict(build.split("=", 1) for build in arguments.builds)
    print(f"| case | build | CPU s | compared with {next(iter(builds))} | of it user s | wall s |")
    print("|---|---|---|---|---|---|")
    for case in arguments.cases or DEFAULT:
        measured = measure(builds, case, arguments.dir, arguments.runs)
        # The least of the runs: what else the machine does only adds to them.
        baseline = min(run[1] for run in measured[next(iter(builds))])
        for name, runs in measured.items():
            wall, cpu, user = (min(run[column] for run in runs) for column in range(3))
            print(f"| {case} | {name} | {cpu:.3f} | {100 * (cpu / baseline - 1):+.1f} % | {user:.3f} | {wall:.3f} |", flush=True)


if __name__ == "__main__":
    main()
