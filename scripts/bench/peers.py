"""The table of zonal-sum and its peers. Called by scripts/bench-peers."""
import argparse
import csv
import datetime
import glob
import hashlib
import math
import os
import re
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
# name of the country whose raster is clipped to its 200 units
CLIPS = {"clip_sle": "sle", "clip_caf": "caf"}
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


def best_of(entries, runs):
    """By name: the least wall and CPU seconds, and the most memory; or what went wrong."""
    best = {}
    for _ in range(runs):
        for name, stdout, _, command in entries:  # in turn, so that a busy minute hits all
            try:
                wall, cpu, memory = run(command, stdout)
            except RuntimeError as error:
                best[name] = str(error)
                continue
            if not isinstance(best.get(name), str):
                old = best.get(name, (math.inf, math.inf, 0))
                best[name] = (min(old[0], wall), min(old[1], cpu), max(old[2], memory))
    return best


def measure(case, a):
    """Prints the table of a case. The line of README.md: zones, rasters, seconds of zonal-sum with 1 and 2 threads, of the peers."""
    zones, rasters = inputs(case, a.dir)
    entries = list(contestants(a.tool, zones, rasters, a.dir))
    best = best_of(entries, a.runs)
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
    one, two = (best[entries[i][0]] for i in (0, 1))
    ee = best["exactextract, 1 thread"]
    return (f"| `{case}` | {len(reference):,} | {len(rasters)} | {one[0]:.2f} | {two[0]:.2f} | {one[0] / two[0]:.2f} | {base_wall:.2f} |"
            f" {two[0] / base_wall:.3f} | {'-' if isinstance(ee, str) else f'{ee[0]:.1f}'} | {two[2]:.0f} |")


def measure_clip(case, a):
    """CPU seconds and sizes of clips of one window. The lines of README.md."""
    country = CLIPS[case]
    at = lambda name: os.path.join(a.dir, name)
    raster = generated(at(f"{country}.tif"), "make_country.py", country, at(f"{country}.tif"))
    zones = generated(at(f"{country}_200.geojson"), "make_orgunits.py", country, "200", at(f"{country}_200.geojson"))
    clip = lambda name, *flags: (f"`clip-raster{''.join(' ' + f for f in flags)}`", os.devnull, at(f"{name}.tif"), [
        a.clip, "-q", "--threads", "2", "-r", raster, *flags, zones, "-o", at(f"{name}.tif")])
    entries = [clip("clip-anew", "--compression", "deflate"), clip("clip-copy"), clip("clip-like-input", "--like-input")]
    command = [sys.executable, os.path.join(HERE, "peer.py"), "gdal-translate", at("clip-anew.tif"), at("clip-gdal.tif"), "1", raster]
    entries.append(("`gdal_translate -co COMPRESS=DEFLATE -co PREDICTOR=3`", os.devnull, at("clip-gdal.tif"), command))
    best = best_of(entries, a.runs)
    gdal = best[entries[-1][0]]
    lines = []
    for name, _, out, _ in entries:
        if isinstance(best[name], str) or isinstance(gdal, str):
            print(f"{name} failed: {best[name]}")
            continue
        wall, cpu, memory = best[name]
        size = os.path.getsize(out) / 1e6
        lines.append(f"| `{case}` | {name} | {wall:.2f} | {cpu:.2f} | {cpu / gdal[1]:.2f} | {size:.0f} | {memory:.0f} |")
    print(f"\n{case}\n" + "\n".join(lines))
    return lines


def versions(a):
    import importlib.metadata as metadata
    tool = subprocess.run([a.tool, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    peers = ", ".join(f"{name} {metadata.version(package)}" for name, package in
                      [("GDAL", "gdal-wheel"), ("exactextract", "exactextract")])
    with open("/proc/cpuinfo") as f:
        cpu = re.search(r"model name\s*: (.*)", f.read())
    return f"{tool}, {peers}; {os.cpu_count()} cores, {cpu[1].strip() if cpu else 'unknown processor'}; {datetime.date.today()}"


# What the names of the cases say.
INPUTS = {
    "sle": "`sle` has the size of Sierra Leone (13 million cells)",
    "caf": "`caf` that of the Central African Republic (165 million)",
    "cod": "`cod` that of Congo (DR) (506 million)",
    "stack": "`stack` is 40 rasters on the grid of `sle`",
    "snapped": "`snapped` has borders along the cells",
}


def write_readme(path, lines, clips, a):
    """Replaces what is between the two marks in README.md."""
    block = "\n".join([
        f"`scripts/bench-peers --readme`, least of {a.runs} runs in turn, whole processes. {versions(a)}.", "",
        "| case | units | rasters | 1 thread s | 2 threads s | scaling | GDAL s | share of GDAL | exactextract s | MB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|", *lines, "",
        f"Generated rasters of 100 m: {'; '.join(text for name, text in INPUTS.items() if any(f'`{name}' in line for line in lines))}.", "",
        "GDAL: the faster strategy of `gdal raster zonal-stats --pixels fractional` with 2 threads; the share is that of `zonal-sum` with 2 threads.", "",
        "| case | command | wall s | CPU s | share of GDAL's CPU | size MB | memory MB |", "|---|---|--:|--:|--:|--:|--:|", *clips])
    with open(path) as f:
        text = f.read()
    begin, end = "<!-- bench-peers -->\n", "<!-- end of bench-peers -->"
    before, rest = text.split(begin)
    _, after = rest.split(end)
    with open(path, "w") as f:
        f.write(f"{before}{begin}{block}\n{end}{after}")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("cases", nargs="*", metavar="CASE", help=", ".join([*CASES, *CLIPS]))
    ap.add_argument("--readme", action="store_true", help="all cases, and the table in README.md")
    ap.add_argument("--dir", required=True)
    ap.add_argument("--tool", required=True)
    ap.add_argument("--clip", required=True)
    ap.add_argument("--runs", type=int, default=3)
    a = ap.parse_args()
    os.environ.setdefault("PROJ_DATA", proj())
    lines, clips = [], []
    for case in a.cases or ([*CASES, *CLIPS] if a.readme else SMALL):
        if case in CLIPS:
            clips += measure_clip(case, a)
        elif case in CASES:
            lines.append(measure(case, a))
        else:
            ap.error(f"no case {case}")
    if a.readme:
        write_readme(os.path.join(HERE, "../../README.md"), lines, clips, a)


def proj():
    """The wheel's own PROJ database, which GDAL must find."""
    import importlib.util
    spec = importlib.util.find_spec("osgeo")
    return os.path.join(os.path.dirname(spec.origin), "data", "proj") if spec else ""


if __name__ == "__main__":
    main()
