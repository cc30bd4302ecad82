"""Runs one peer as a whole process: peer.py NAME ZONES OUT THREADS RASTER...

Every peer does the whole job: opens the rasters, parses the zones, sums, writes id and sums as CSV. Only what the peer needs is
imported, so that start-up time is its own.
"""
import csv
import json
import os
import sys
import tempfile


def write(out, ids, columns):
    with open(out, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["id"] + [f"sum_{i + 1}" for i in range(len(columns))])
        for i, key in enumerate(ids):
            w.writerow([key] + [repr(float(c[i] or 0)) for c in columns])


def exactextract(zones, out, threads, rasters):
    from exactextract import exact_extract
    from exactextract.feature import JSONFeatureSource
    from exactextract.raster import GDALRasterSource
    from exactextract.writer import JSONWriter
    from osgeo import gdal
    gdal.UseExceptions()
    gdal.SetConfigOption("GDAL_NUM_THREADS", str(threads))
    sources = [GDALRasterSource(r, 1, name=f"b{i}") for i, r in enumerate(rasters)]
    with open(zones) as f:
        features = json.load(f)["features"]
    bare = [{"type": "Feature", "geometry": x["geometry"], "properties": {}} for x in features]
    found = exact_extract(sources, JSONFeatureSource(bare), ["sum"], output=JSONWriter())
    keys = ["sum"] if len(rasters) == 1 else [f"b{i}_sum" for i in range(len(rasters))]
    write(out, [x["id"] for x in features], [[r["properties"][k] for r in found] for k in keys])


def stack(rasters, folder):
    """One multi-band VRT over files that share a grid, as GDAL takes one dataset."""
    from osgeo import gdal
    gdal.UseExceptions()
    path = os.path.join(folder, "stack.vrt")
    gdal.BuildVRT(path, rasters, options=gdal.BuildVRTOptions(separate=True)).FlushCache()
    return path


def gdal_zonal(pixels, strategy):
    def run(zones, out, threads, rasters):
        from osgeo import gdal
        gdal.UseExceptions()
        gdal.SetConfigOption("GDAL_NUM_THREADS", str(threads))
        with tempfile.TemporaryDirectory() as folder:
            raster = rasters[0] if len(rasters) == 1 else stack(rasters, folder)
            job = dict(input=raster, zones=zones, output="", output_format="MEM", stat=["sum"],
                       pixels=pixels, strategy=strategy)
            try:
                found = gdal.Run("raster", "zonal-stats", **dict(job, include_field=["id"]))
            except RuntimeError as error:
                if "id" not in str(error):
                    raise
                found = gdal.Run("raster", "zonal-stats", **job)
            dataset = found.Output()  # the layer lives as long as this
            layer = dataset.GetLayer(0)
            keys = ["sum"] if len(rasters) == 1 else [f"sum_band_{i + 1}" for i in range(len(rasters))]
            named = layer.GetLayerDefn().GetFieldIndex("id") >= 0
            rows = [[x.GetField("id") if named else None] + [x.GetField(k) for k in keys] for x in layer]
            if not named:
                with open(zones) as f:
                    ids = [x["id"] for x in json.load(f)["features"]]
                rows = [[i] + r[1:] for i, r in zip(ids, rows)]
            write(out, [r[0] for r in rows], list(zip(*[r[1:] for r in rows])))
    return run


def gdal_translate(window, out, threads, rasters):
    """The window of another raster, compressed as clip-raster compresses anew."""
    from osgeo import gdal
    gdal.UseExceptions()
    clip = gdal.Open(window)
    x, width, _, y, _, height = clip.GetGeoTransform()
    options = ["COMPRESS=DEFLATE", "PREDICTOR=3", "TILED=YES"]
    if threads > 1:
        options.append(f"NUM_THREADS={threads}")
    gdal.Translate(out, rasters[0], creationOptions=options,
                   projWin=[x, y, x + width * clip.RasterXSize, y + height * clip.RasterYSize])


PEERS = {
    "gdal-translate": gdal_translate,
    "gdal-fractional": gdal_zonal("fractional", "feature"),
    "gdal-fractional-raster": gdal_zonal("fractional", "raster"),
    "gdal-centre": gdal_zonal("default", "feature"),
    "exactextract": exactextract,
}

if __name__ == "__main__":
    _, name, zones, out, threads, *rasters = sys.argv
    PEERS[name](zones, out, int(threads), rasters)
