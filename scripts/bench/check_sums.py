"""Compares zonal-sum with rational arithmetic and exactextract, unit by unit. Called by scripts/check-sums."""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import rational
from peers import HERE, inputs, proj, sums

# most a sum may be off, relative
LIMITS = {"rational": 1e-9, "exactextract": 2e-7}
GENERATED = ["sle_13", "sle_2000", "snapped"]


def some(path, count, folder):
    """A file with as many units, spread over those of `path`."""
    with open(path) as f:
        collection = json.load(f)
    areas = [x for x in collection["features"] if (x["geometry"] or {}).get("type") in ("Polygon", "MultiPolygon")]
    step = max(len(areas) // count, 1)
    # the smallest outlines, so that the slow arithmetic ends
    areas.sort(key=lambda x: len(json.dumps(x["geometry"])))
    collection["features"] = areas[::step][:count]
    out = os.path.join(folder, "units.geojson")
    with open(out, "w") as f:
        json.dump(collection, f)
    return out, collection["features"]


def key(feature):
    return str(feature.get("id") or feature["properties"]["id"])


def rationally(raster, features):
    from osgeo import gdal
    gdal.UseExceptions()
    dataset = gdal.Open(raster)
    west, step_x, _, north, _, step_y = dataset.GetGeoTransform()
    band = dataset.GetRasterBand(1)
    values, nodata = band.ReadAsArray(), band.GetNoDataValue()
    if nodata is not None:
        nodata = values.dtype.type(nodata)
    return {key(x): [rational.people(x["geometry"], (west, step_x, north, -step_y), values, nodata)] for x in features}


def by_exactextract(raster, units, folder):
    out = os.path.join(folder, "exactextract.csv")
    subprocess.run([sys.executable, os.path.join(HERE, "peer.py"), "exactextract", units, out, "1", raster], check=True)
    return sums(out)


def check(name, raster, units, a):
    with tempfile.TemporaryDirectory() as folder:
        units, features = some(units, a.units, folder)
        out = os.path.join(folder, "sums.csv")
        subprocess.run([a.tool, "-q", "-r", raster, units, "-o", out], check=True)
        ours = sums(out)
        worst = {}
        for reference, found in (("rational", rationally(raster, features)),
                                 ("exactextract", by_exactextract(raster, units, folder))):
            worst[reference] = max(abs(ours[k][0] - v[0]) / v[0] for k, v in found.items() if v[0])
    print(f"{name:12}{len(features):5} units" + "".join(f"   {r} {w:.1e}" for r, w in worst.items()), flush=True)
    return all(w <= LIMITS[r] for r, w in worst.items())


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("files", nargs="*", metavar="RASTER ORG_UNITS")
    ap.add_argument("--units", type=int, default=12)
    ap.add_argument("--dir", required=True)
    ap.add_argument("--tool", required=True)
    a = ap.parse_args()
    if len(a.files) not in (0, 2):
        ap.error("a raster and a file of org units")
    os.environ.setdefault("PROJ_DATA", proj())
    if a.files:
        cases = [(os.path.basename(a.files[0])[:11], *a.files)]
    else:
        generated = ((name, inputs(name, a.dir)) for name in GENERATED)
        cases = [(name, rasters[0], units) for name, (units, rasters) in generated]
    good = [check(*case, a) for case in cases]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
