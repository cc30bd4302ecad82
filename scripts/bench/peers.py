"""The table of zonal-sum and its peers. Called by scripts/bench-peers."""
import argparse
import csv
import glob
import hashlib
import math
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# name of the country, zones, files in the stack
CASES = {
    "sle_13": ("sle", 13, 0),
    "sle_200": ("sle", 200, 0),
    "sle_2000": ("sle", 2000, 0),
    "snapped": ("sle", 0, 0),
    "caf_200": ("caf", 200, 0),
    "cod_200": ("cod", 200, 0),
    "stack": ("sle", 200, 40),
}
SMALL = ["sle_13", "sle_200", "sle_2000", "snapped", "caf_200"]
# the first is what the ratios are against: the better strategy of GDAL's exact mode, two threads for decoding
PEERS = [("gdal-fractional", 2), ("gdal-fractional-raster", 2), ("gdal-centre", 2), ("exactextract", 1)]


def generated(path, *command):
    if not os.path.exists(path):
        print("generating", os.path.basename(path), file=sys.stderr)
        subprocess.run([sys.executable, os.path.join(HERE, command[0]), *command[1:]], check=True,
                       stdout=subprocess.DEVNULL)
    return path


def inputs(case, folder):
    country, zones, files = CASES[case]
    at = lambda name: os.path.join(folder, name)
    if files:
        generated(at("stack"), "make_country.py", country, at("stack"), "--stack", str(files))
        rasters = sorted(glob.glob(at("stack/*.tif")))
    else:
        rasters = [generated(at(f"{country}.tif"), "make_country.py", country, at(f"{country}.tif"))]
    if zones:
        path = at(f"{country}_{zones}.geojson")
        return generated(path, "make_orgunits.py", country, str(zones), path), rasters
    path = at(f"{country}_snapped.geojson")
    return generated(path, "make_snapped.py", country, path, "--snap", "1"), rasters


def run(command, stdout):
    """Wall and CPU seconds, and MB of the largest process in the tree."""
    with open(stdout, "w") as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE)
        error = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    if status:
        raise RuntimeError(f"{command[0]}: {error.decode(errors='replace')[-300:]}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def sums(path):
    """Sums by zone, one for each raster."""
    found = {}
    with open(path, newline="") as f:
        for row in csv.DictReader(f):
            if "org_unit" in row:
                found.setdefault(row["org_unit"], []).append(float(row["population"] or 0))
            else:
                found[row["id"]] = [float(v) for k, v in row.items() if k != "id"]
    return found


def checksum(found):
    """Of all sums to eight digits: what tools of one rule should agree on."""
    text = "\n".join(f"{k} " + " ".join(f"{v:.7e}" for v in found[k]) for k in sorted(found))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def worst(found, reference):
    """Largest difference of a zone, relative, and how many zones are off by more than 1e-6."""
    far = []
    for key, values in reference.items():
        for a, b in zip(found.get(key, [math.nan] * len(values)), values):
            far.append(abs(a - b) / b if b else (0.0 if not a else math.inf))
    return max(far), sum(not x <= 1e-6 for x in far)


def contestants(tool, zones, rasters, folder):
    flags = [word for raster in rasters for word in ("-r", raster)]
    for threads in (1, 2):
        out = os.path.join(folder, f"zonal-sum-{threads}.csv")
        yield f"zonal-sum, {threads} thread{'s' * (threads > 1)}", out, out, [
            tool, "-q", "--threads", str(threads), *flags, zones]
    for name, threads in PEERS:
        out = os.path.join(folder, f"{name}.csv")
        command = [sys.executable, os.path.join(HERE, "peer.py"), name, zones, out, str(threads), *rasters]
        yield f"{name}, {threads} thread{'s' * (threads > 1)}", os.devnull, out, command


def measure(case, a):
    zones, rasters = inputs(case, a.dir)
    entries = list(contestants(a.tool, zones, rasters, a.dir))
    best = {}
    for _ in range(a.runs):
        for name, stdout, _, command in entries:  # in turn, so that a busy minute hits all
            try:
                wall, cpu, memory = run(command, stdout)
            except RuntimeError as error:
                best[name] = str(error)
                continue
            if not isinstance(best.get(name), str):
                old = best.get(name, (math.inf, math.inf, 0))
                best[name] = (min(old[0], wall), min(old[1], cpu), max(old[2], memory))
    reference = sums(entries[1][2])
    exact = [best[n] for n, *_ in entries if n.startswith("gdal-fractional") and not isinstance(best[n], str)]
    base_wall, base_cpu = (min((x[i] for x in exact), default=math.nan) for i in (0, 1))
    print(f"\n{case}: {len(reference)} zones, {len(rasters)} rasters; ratios to the better exact strategy of GDAL")
    print(f"{'':34}{'wall s':>8}{'ratio':>7}{'cpu s':>8}{'ratio':>7}{'MB':>7}  {'sums':8}  worst zone, zones off by > 1e-6")
    for name, _, out, _ in entries:
        if isinstance(best[name], str):
            print(f"{name:34}failed: {best[name]}")
            continue
        wall, cpu, memory = best[name]
        found = sums(out)
        difference, off = worst(found, reference)
        print(f"{name:34}{wall:8.3f}{wall / base_wall:7.2f}{cpu:8.3f}{cpu / base_cpu:7.2f}{memory:7.0f}"
              f"  {checksum(found)}  {difference:.1e}, {off}")
    same = open(entries[0][2], "rb").read() == open(entries[1][2], "rb").read()
    print("zonal-sum with 1 and 2 threads:", "same bytes" if same else "DIFFERENT BYTES")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    ap.add_argument("--dir", required=True)
    ap.add_argument("--tool", required=True)
    ap.add_argument("--runs", type=int, default=3)
    a = ap.parse_args()
    os.environ.setdefault("PROJ_DATA", proj())
    for case in a.cases or SMALL:
        if case not in CASES:
            ap.error(f"no case {case}")
        measure(case, a)


def proj():
    """The wheel's own PROJ database, which GDAL must find."""
    import importlib.util
    spec = importlib.util.find_spec("osgeo")
    return os.path.join(os.path.dirname(spec.origin), "data", "proj") if spec else ""


if __name__ == "__main__":
    main()
