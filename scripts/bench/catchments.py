#!/usr/bin/env python3
"""Whole processes of catchments and of the usual recipe in turn: catchments.py --dir DIR --tool BINARY [FACILITIES ...]

The best wall time of each, their ratio, and the most memory of any run."""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

import numpy as np
import shapely

MOST, GOAL, MEMORY = 0.20, 0.10, 256


def facilities(districts, count, out):
    """Random points inside the districts, five decimals, the same in every run."""
    units = json.loads(districts.read_text())["features"]
    shapes = [shapely.geometry.shape(unit["geometry"]) for unit in units]
    tree, (west, south, east, north) = shapely.STRtree(shapes), shapely.total_bounds(shapes)
    random, features = np.random.default_rng(count), []
    while len(features) < count:
        points = np.round(random.uniform([west, south], [east, north], (count, 2)), 5)
        for point, unit in zip(*tree.query(shapely.points(points), predicate="within")):
            number, parent = len(features), units[unit]["id"]
            if number == count:
                break
            features.append({
                "type": "Feature", "id": f"F{number:010}",
                "geometry": {"type": "Point", "coordinates": points[point].tolist()},
                "properties": {"level": 3, "parent": parent, "path": f"/{parent}/F{number:010}"}})
    out.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def recipe(parents, points, out):
    """A plane Voronoi diagram per parent, cut to it."""
    shapes = {unit["id"]: shapely.geometry.shape(unit["geometry"])
              for unit in json.load(open(parents))["features"]}
    sites = {}
    for unit in json.load(open(points))["features"]:
        of_parent = sites.setdefault(unit["properties"]["parent"], {})
        of_parent.setdefault(tuple(unit["geometry"]["coordinates"]), unit)
    features = []
    for parent, of_parent in sites.items():
        shape = shapes[parent]
        cells = [shape]
        if len(of_parent) > 1:
            points = shapely.multipoints(list(of_parent))
            cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=shape, ordered=True))
        shapely.prepare(shape)
        for unit, cell in zip(of_parent.values(), shapely.intersection(cells, shape)):
            features.append({**unit, "geometry": shapely.geometry.mapping(cell)})
    json.dump({"type": "FeatureCollection", "features": features}, open(out, "w"), separators=(",", ":"))


def measured(command):
    """Wall seconds and peak MiB of a process."""
    start = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    if status:
        sys.exit(f"{command[0]}: {errors.decode()}")
    return seconds, usage.ru_maxrss / 1024


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--dir", type=pathlib.Path, required=True)
    args.add_argument("--tool", required=True)
    args.add_argument("--runs", type=int, default=3)
    args.add_argument("facilities", nargs="*", type=int, default=[601, 12_000, 50_000])
    args = args.parse_args()
    districts = args.dir / "sle_200.geojson"
    print("facilities  recipe s  MiB  catchments s  MiB  ratio  (at most %.2f, the goal %.2f; under %d MiB)" % (MOST, GOAL, MEMORY))
    is_over = False
    for count in args.facilities:
        points = args.dir / f"facilities_{count}.geojson"
        if not points.exists():
            facilities(districts, count, points)
        out = str(args.dir / "out.geojson")
        peer = [sys.executable, __file__, "--recipe", str(districts), str(points), out]
        tool = [args.tool, "--quiet", "--within", str(districts), str(points), "-o", out]
        runs = [(measured(peer), measured(tool)) for _ in range(args.runs)]
        theirs, ours = (min(run[side][0] for run in runs) for side in (0, 1))
        their_memory, our_memory = (max(run[side][1] for run in runs) for side in (0, 1))
        ratio = ours / theirs
        is_over |= ratio > MOST or our_memory >= MEMORY
        print(f"{count:10}  {theirs:8.2f}  {their_memory:3.0f}  {ours:12.3f}  {our_memory:3.0f}  {ratio:5.3f}")
    sys.exit(1 if is_over else 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--recipe"]:
        recipe(*sys.argv[2:5])
    else:
        main()
