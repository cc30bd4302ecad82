"""Sums of people in exact rational arithmetic: what zonal-sum is checked against. Called by scripts/check-sums.

Coordinates and the raster's corner and steps are taken as the exact numbers that their doubles are. Every edge is cut wherever it crosses
a wall between cells; each piece lies in one cell and adds to it the height it spans and the area to its right. Nothing is rounded until
the last division, so it is slow: some seconds for a unit of ten thousand vertices.
"""
import math
from fractions import Fraction


def polygons(geometry):
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"]]
    return geometry["coordinates"]


def walls(a, b):
    """Whole numbers strictly between two positions."""
    low, high = min(a, b), max(a, b)
    return range(math.floor(low) + 1, math.ceil(high))


def pieces(p, q):
    """The parts of an edge between walls, in order."""
    (x, y), dx, dy = p, q[0] - p[0], q[1] - p[1]
    cuts = {Fraction(0), Fraction(1)}
    cuts.update((wall - x) / dx for wall in walls(p[0], q[0]))
    cuts.update((wall - y) / dy for wall in walls(p[1], q[1]))
    cuts = sorted(cuts)
    points = [(x + t * dx, y + t * dy) for t in cuts]
    return zip(points, points[1:])


def signed_area(ring):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:])) / 2


def rows_of(geometry, grid):
    """Per row, per column: height spanned and area to its right, of all rings."""
    west, step_x, north, step_y = (Fraction(v) for v in grid)
    rows = {}
    for polygon in polygons(geometry):
        for number, ring in enumerate(polygon):
            ring = [((Fraction(x) - west) / step_x, (north - Fraction(y)) / step_y) for x, y, *_ in ring]
            ring = ring if ring[0] == ring[-1] else ring + ring[:1]
            sign = 1 if (signed_area(ring) > 0) == (number == 0) else -1
            for p, q in zip(ring, ring[1:]):
                for a, b in pieces(p, q) if p[1] != q[1] else ():
                    column = math.floor((a[0] + b[0]) / 2)
                    row = math.floor((a[1] + b[1]) / 2)
                    # going down on the right of the polygon takes away what lies to the right of it
                    height = (a[1] - b[1]) * sign
                    cell = rows.setdefault(row, {}).setdefault(column, [Fraction(0), Fraction(0)])
                    cell[0] += height
                    cell[1] += height * (column + 1 - (a[0] + b[0]) / 2)
    return rows


def people(geometry, grid, values, nodata):
    """The sum of value times share over the cells of `values`, a two-dimensional array."""
    height, width = values.shape
    total = Fraction(0)
    for row, columns in rows_of(geometry, grid).items():
        if not 0 <= row < height:
            continue
        running, next_column = Fraction(0), None
        line = values[row]
        for column in sorted(columns):
            if running and next_column < column:
                total += running * exact(line[max(next_column, 0):max(column, 0)], nodata)
            spanned, area = columns[column]
            if 0 <= column < width:
                total += (running + area) * exact(line[column:column + 1], nodata)
            running += spanned
            next_column = column + 1
        if running and next_column < width:
            total += running * exact(line[max(next_column, 0):], nodata)
    return float(total)


def exact(values, nodata):
    values = values[(values != nodata) & (values == values)]
    return Fraction(0) if not len(values) else sum(map(Fraction, values.tolist()), Fraction(0))
