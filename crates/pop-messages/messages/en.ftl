# English. One message a line: key = text. Another language is another file of this folder with the same keys.
# Guide: https://projectfluent.org/fluent/guide/

## Numbers

number-group = ,
number-decimal = .
number-minus = −
percent = { $number }{ "\u00A0" }%

## Counts

units = { $count ->
    [one] { $count } unit
   *[other] { $count } units
}
rows = { $count ->
    [one] { $count } row
   *[other] { $count } rows
}
rows-more = { $count ->
    [one] { $count } more row
   *[other] { $count } more rows
}
less-than = < { $number }
hidden = not shown
level = level { $level }

## Review page: what is asked

title-plan = Population figures to be written: plan { $hash }
title-undo = Population figures to be taken back: plan { $hash }
title-comparison = Population figures compared: comparison { $hash }
asked-plan = { $values ->
    [one] Write { $values } value
   *[other] Write { $values } values
} for { $units ->
    [one] { $units } unit
   *[other] { $units } units
} to the data set { $set } of DHIS2 { $version } (system { $system }): { $total }
asked-undo = { $values ->
    [one] Take back { $values } value
   *[other] Take back { $values } values
} of { $units ->
    [one] { $units } unit
   *[other] { $units } units
} in the data set { $set } of DHIS2 { $version } (system { $system }): { $total }
asked-comparison = { $values ->
    [one] { $values } figure
   *[other] { $values } figures
} of { $units ->
    [one] { $units } unit
   *[other] { $units } units
} { $values ->
    [one] differs
   *[other] differ
} between the old and the new file; nothing is written. { $total }
asked-total-new = { $name }: { $after } people, where none are stored.
asked-total-changed = { $name }: { $after } people instead of { $before } ({ $difference }, { $change }).
asked-total-other-values = { $name }: { $after } people; { $before } are stored now, for other units or groups.
asked-nothing = there is no value in it.
no-data-set = (none named)
plan-sha256 = Plan SHA-256
comparison-sha256 = SHA-256 of the comparison
colon = :
payload-sha256 = Payload SHA-256
page-of = page # of
suppressed = Counts below { $number } are not shown, nor those from which they could be worked out. Remarks and messages of the tools and the ages of units are left out.

## Review page: sections

heading-summary = People, changes and flagged units
caption-totals = Totals before and after
caption-counts = What happens to the values
people = People
old = Old
new = New
difference = Difference
change = Change
class = What happens
values = Values
flagged-count = { $count ->
    [0] No unit is flagged.
    [one] { $count } unit is flagged.
   *[other] { $count } units are flagged.
}
missing-count = { $count ->
    [0] Every unit has a value.
    [one] { $count } unit has no value.
   *[other] { $count } units have no value.
}
values-from = The values were made from { $sources }.
exception-count = { $count ->
    [0] No unit is excused by the exceptions file.
    [one] { $count } unit is excused by the exceptions file.
   *[other] { $count } units are excused by the exceptions file.
}
refused-count = { $count ->
    [one] { $count } value would be refused: nothing is written until that is settled.
   *[other] { $count } values would be refused: nothing is written until that is settled.
}
not-in-set-count = { $count ->
    [one] { $count } stored value is not in this set and stays as it is.
   *[other] { $count } stored values are not in this set and stay as they are.
}
class-new = New: nothing is stored today
class-changed = Replaced by another value
class-rounding = Replaced: differs by 1 from rounding
class-comment = The same, with another comment
class-same = The same: stays as it is
class-kept = Kept: somebody else’s value
class-zero = Zero, which the server does not store
class-left-out = Left out by consent
class-removed = Removed
class-from-zero = From zero
class-to-zero = To zero
class-gained = A value where there was none
class-lost = No value where there was one
class-only-old = Only in the old file
class-only-new = Only in the new file
compared-changed = Differs
compared-rounding = Differs by rounding only
compared-same = The same in both files

heading-map = Map of changes
map-text = Units by the change of their people, from old to new. The tables below give the figures.
map-none = No unit has a polygon: there is no map.
map-dots = { $count ->
    [one] { $count } unit is too small for the map and is drawn as a dot.
   *[other] { $count } units are too small for the map and are drawn as dots.
}
map-marked = { $count ->
    [one] { $count } small part, such as an island, is drawn as a dot of the border.
   *[other] { $count } small parts, such as islands, are drawn as dots of the border.
}
map-unmatched = { $count ->
    [one] { $count } pair of borders crosses or touches in the source; it is drawn as it is.
   *[other] { $count } pairs of borders cross or touch in the source; they are drawn as they are.
}
legend = Legend: class and number of units
legend-large-fall = −20 % or less
legend-fall = −20 % to −10 %
legend-small = between −10 % and +10 %
legend-rise = +10 % to +20 %
legend-large-rise = +20 % or more
legend-new = new: no old value
legend-no-value = no value
legend-no-value-or-hidden = no value, or hidden
without-polygon = Units without a polygon
without-polygon-more = { $count ->
    [one] … and { $count } more
   *[other] … and { $count } more
}
no-org-units = There is no map: no org units were given (--org-units FILE).
plot-growth = Growth from the year before, by unit
plot-change = Change from old to new, by unit
plot-largest = (the { $shown } largest of { $total })
heading-ages = Ages and sexes
pyramid-country = Country: people by age and sex
pyramids-units = Flagged units: women to the left, men to the right, the oldest at the top. The widest bar of each fills its half.
pyramids-none = No flagged unit has ages for both sexes.
pyramids-more = { $count ->
    [one] { $count } more flagged unit has ages; they are in the sums.
   *[other] { $count } more flagged units have ages; they are in the sums.
}
pyramid-widest = widest bar: { $number }
pyramid-band = { $ages }: { $women } women, { $men } men
ages = Ages
women = Women
men = Men
all-people = Both sexes, all ages
both-sexes = Both sexes
women-men = Women | men

heading-parents = Sums by parent unit
caption-parents = Sums over the units directly below, and how many there are
no-parents = No file has sums by parent.

heading-flagged = Flagged units
caption-flagged = Units that meet a rule of the DHIS2 guidance on denominators, the largest change first
no-flagged = No unit meets a rule.
flagged-more = { $count ->
    [one] { $count } more flagged unit is in the tables of all units.
   *[other] { $count } more flagged units are in the tables of all units.
}
unit = Unit
rule = Rule
flag-change = { $found } against the stored value (flagged from { $threshold })
flag-growth = { $found } since { $period } (flagged from { $threshold })
flag-decline = { $found } since { $period } (any decline is flagged, { $threshold } and below)

heading-missing = Units without a value
caption-missing = Units without a value, and why
missing-unknown = Neither org units nor a balance were given (--org-units FILE, --balance FILE): which units have no value is not known.
none-missing = Every unit has a value.
why = Why
reason-unknown = no file says why
reason-not-in-plan = not in the plan
reason-no-geometry = no geometry
reason-point = a point, not a polygon
reason-bad-geometry = geometry that cannot be used
reason-repaired = repaired geometry
reason-fallback-geometry = geometry from another source
reason-outside = outside the raster
reason-partly-outside = partly outside the raster
reason-masked-out = masked out
reason-no-valid-cell = no cell with people data
reason-closed = closed
reason-not-yet-open = not yet open
reason-tiny = too small for the grid
reason-incomplete-parent = a unit below it has no value
reason-same-place = at the place of another facility, which has the catchment
reason-no-area = nothing of its parent is nearest to it
reason-outside-parent = outside its parent
reason-no-parent = in no parent
reason-in-reach-of-other-parent = in reach of a facility of another parent only
reason-filled = an official total, without a sum of its own
reason-unserved = served by no facility

heading-units = All units, by parent
units-not-printed = The tables of all units are on the screen only: review --annex all prints them.
no-parent = (no parent)

heading-exceptions = Exceptions
caption-refused = What would be refused, or was allowed
caption-exceptions = Units that may pass a check, with the reason given
kind = Kind
problem = Problem
reason = Reason
refused-open = { $count ->
    [one] { $count } value would be refused
   *[other] { $count } values would be refused
}
refused-allowed = { $count ->
    [one] { $count } value, allowed
   *[other] { $count } values, allowed
}
allowed-kinds = Allowed for all units:
none-excepted = The exceptions file has no entry.
no-exceptions = No exceptions file was given (--exceptions FILE).

heading-balance = Balance: where every person of the raster is
where = Where
balance-in-units = in the units
balance-more-than-once = counted more than once (subtracted)
balance-in-no-unit = in no unit (added), of them:
balance-inside-incomplete-parents = … inside a parent with a unit that has no polygon
balance-inside-complete-parents = … inside a parent whose units all have a polygon
balance-outside-every-unit = … outside every parent
balance-outside-clip = outside the clipped raster (not in the total)
balance-total = total of the raster
caption-parts = Rasters of one sex or age band
raster = Raster
part-in-no-unit = in no unit (added)
no-balance = No balance was given (--balance FILE).

heading-adjustments = Adjustments to official totals
caption-controls = Official totals
caption-raked = Adjusted units, by factor
source = Source
before-raking = Before
after-raking = After
factor = Factor
flagged-factor = (flagged)
raking-more = { $count ->
    [one] { $count } more unit is in the raking report.
   *[other] { $count } more units are in the raking report.
}
no-adjustments = No raking report was given (--raking FILE): the figures are those of the raster.
raking-suppressed = Adjustments of units, and totals from which a small count could be worked out, are not shown.

heading-provenance = Provenance
read = Read
written = Written
no-provenance = No provenance record was given (--provenance-record FILE).

heading-signatures = Signatures
signed-text = The signatures are for the plan with this SHA-256. push --plan prints the same before it writes, and review --verify compares this page with the plan.
signed-comparison = The signatures are for the comparison with this SHA-256. review --verify compares this page with it.
name = Name
function = Function
date = Date
signature = Signature

## Tables: headings

column-action = action
column-after = after
column-ages = ages
column-area = area
column-balance = balance
column-before = before
column-by-file = by the file
column-by-name = by its name
column-bytes = bytes
column-cells = cells
column-change = change
column-children-with-value = children with a value
column-children-without = children without
column-class = class
column-closed = closed
column-code = code
column-combo = combo
column-content = content
column-covers = covers
column-data-element = data element
column-data-set = data set
column-difference = difference
column-element = element
column-facility = facility
column-factor = factor
column-file = file
column-flag = flag
column-flags = flags
column-formula = formula
column-growth = growth
column-how = how
column-id = id
column-indicator = indicator
column-is = is
column-kind = kind
column-level = level
column-months-missing = months missing
column-name = name
column-new = new
column-no-geometry = none
column-note = note
column-object = what
column-old = old
column-option-combo = option combo
column-org-unit = org unit
column-own-polygon = own polygon
column-parent = parent
column-people = people
column-percent = %
column-percent-of-new = % of new
column-percent-of-old = % of old
column-period = period
column-period-type = periods
column-points = point
column-polygons = polygon
column-product = product
column-raster = raster
column-reached = reached
column-reasons = reasons
column-release = release
column-sex = sex
column-status = status
column-stored = stored
column-target = target
column-total = total
column-unit = unit
column-units = units
column-value = value
column-was = was
column-within-distance = within { $limit }
column-year = year
column-year-before = year before

## Tables: what stands around them

between-clauses = { "; " }
named-value = { $name }: { $value }
not-shown = not shown in { $width } columns: { $names }
not-shown-but-in = not shown in { $width } columns: { $names } ({ $flag } has them)
all-ages = all ages
refused-because = refused: { $problem }
allowed-although = allowed: { $problem }

## Tables: zonal-sum

balance-line-in-units = in units
balance-line-more-than-once = counted more than once
balance-line-inside-incomplete-parents = in no unit, inside a parent with children without polygon
balance-line-inside-complete-parents = in no unit, inside a parent whose children all have one
balance-line-outside-every-unit = outside every unit
balance-line-total = total of the raster
balance-line-outside-clip = outside the clip

## Tables: clip-raster --info

info-product = product
info-release = release
info-area = area
info-year = year
info-people = people
info-cells-hold = cells hold
info-size = size
info-cell = cell
info-longitude = longitude
info-latitude = latitude
info-coordinates = coordinates
info-rows = rows
info-container = container
info-bands = bands
info-compression = compression
info-chunks = chunks
info-missing = missing
info-nodata = nodata
info-mask = mask
info-picture = picture
info-alpha = alpha
info-beside-file = beside the file
info-overviews = overviews
info-scale = scale
info-clip-of = clip of
info-clip = clip
info-source-total = source total
info-source-sha256 = source SHA-256
info-masked-to = masked to
info-valid-cells = valid cells
info-nodata-cells = nodata cells
info-masked-cells = masked cells
info-nan-cells = NaN cells
info-negative-cells = negative cells
info-infinite-cells = infinite cells
info-sum = sum
info-of-band = { $about }, band { $band }
info-ages-from-to = ages { $from } to under { $to }
info-ages-and-over = ages { $from } and over
info-kind-count = people per cell
info-kind-density = people per square kilometre: not to be summed
info-kind-classes = class numbers: not to be summed
info-kind-area = areas of cells: not to be summed
info-kind-mask = a mask: not to be summed
info-kind-archive = an archive of rasters
info-cells = { $width } x { $height } cells
info-degrees = { $width } x { $height } degrees
info-range = { $from } to { $to }
info-geographic = geographic
info-from-south = stored from the south
info-bands-of = { $count } of { $sample }
info-predictor = predictor { $code }
info-tiles = tiles
info-strips = strips
info-chunks-of = { $count } { $kind } of { $width } x { $height }
info-missing-chunks = { $count } { $kind } lie beyond the end of the file
info-none = none
info-internal = internal
info-opacity = band { $band }: opacity, not to be summed
info-times-plus = times { $scale } plus { $offset }
info-window = columns { $left } to { $right }, rows { $top } to { $bottom } of { $width } x { $height }
info-unknown = unknown
info-not-taken = not taken

## Tables: fetch-orgunits

survey-estimated = ~ estimated: the geometries of this level are more than { $size } MB
survey-more-geometries = more geometries: --geometry attribute:{ $code } ({ $name })
change-new = new
change-gone = gone
change-moved = moved
change-redrawn = redrawn
change-renamed = renamed
change-redated = redated
change-displaced = displaced

## Tables: fetch-worldpop

ages-bands = bands
ages-all = all
covers-world = the world
covers-countries = countries

## Tables: population-metadata

action-add = add
action-update = update
action-reuse = reuse
action-leave = leave
object-data-element = data element
object-data-set = data set
object-category = category
object-category-option = category option
object-category-combination = category combination
object-category-option-combo = category option combo

## Tables: to-datavalueset --explain

made-exact = exact
made-weights = split, weights
made-split = split, { $split }
made-with-rate = { $made }; rate { $rate } ({ $facts })
element-of-data-set = { $element }, data set { $set }

## Tables: catchments

catchments-all = all
catchments-served = served
catchments-unserved = unserved
catchments-beyond-distance = beyond the distance

## Tables: rake

raking-rounds = { $count ->
    [one] { $count } round
   *[other] { $count } rounds
}

## Tables: compare

no-figure-differs = no figure differs
below-unit = below { $unit }
units-differ = units differ
sum-change = { $name }: { $old } to { $new }: { $change }
count-of-class = { $level ->
    [none] { $count } { $class }
   *[other] { $count } { $class } on level { $level }
}
and-smaller-changes = and { $count ->
    [one] { $count } figure
   *[other] { $count } figures
} with smaller changes: { $lists }; --format csv lists all
and-more-sums = and { $count ->
    [one] { $count } sum
   *[other] { $count } sums
} more; --format csv lists all
and-more-indicators = and { $count ->
    [one] { $count } indicator
   *[other] { $count } indicators
} more; --format csv lists all
and-more-coverages = and { $count ->
    [one] { $count } coverage
   *[other] { $count } coverages
} more; --format csv lists all
and-slivers = and { $count ->
    [one] { $count } sliver
   *[other] { $count } slivers
} with { $people } people; --format csv lists all

## Tables: push

count-new = { $count } new
count-removed = { $count } to be removed
count-restored = { $count } to be restored
count-changed = { $count } changed
count-rounding = { $count } by rounding only
count-back = { $count } back already
count-same = { $count } same
count-comment = { $count } with another comment
count-kept-since = { $count } kept as changed since
count-kept = { $count } kept as someone else's
count-zero = { $count } zero and not stored by the server
count-left-out = { $count } left out
count-not-in-set = { $count } stored and not in this set
count-stood-there = { $count } stood there already
count-refused = { $count } refused by the server
count-conflict = { $count } changed by someone else meanwhile and kept
count-lost = { $count } sent and not found
count-unknown = { $count } sent and not read back
count-not-sent = { $count } not sent
count-stored = { $count } stored and read back
count-taken-back = { $count } restored and read back
count-refused-of = { $count } of { $values } values would be refused
nothing-to-take-back = nothing to take back
nothing-to-write = nothing to write
from-zero = from 0
total-of = total of { $element } { $period }: { $total }
total-undo = { $before } stored now, { $after } after the undo
total-sent = { $people } sent
total-stored-already = { $people } stored already
total-kept = { $people } not sent, to keep someone else's values
total-left-out = { $people } left out
total-refused = { $people } refused
total-stored = ; { $before } stored under the same keys, { $after } after the push ({ $change })
total-both-years = { $element }, where both years have a value: { $earlier } in { $from }, { $later } in { $to }
and-more-values = and { $count } more (--plan-table FILE has all)
and-more-in-csv = and { $count } more (a FILE that ends in .csv has all)
plan-counts = plan: { $counts }
plan-hash = plan: sha256 { $hash }
plan-payload = payload: sha256 { $hash }
plan-signature = name:                         date:               signature:

## Summaries

summary-allowed = allowed: { $kinds }
summary-sums = { $count ->
    [one] { $count } row
   *[other] { $count } rows
}: { $ok } ok, { $doubtful } doubtful, { $none } without a value
in-no-unit = { $people } of { $total } people in no unit
in-no-unit-at-level = { $people } of { $total } people in no unit at level { $level }
people-outside-clip = { $people } people outside the clip
outside-clip-not-counted = people outside the clip: not counted
summary-clip = { $width } x { $height } of { $of_width } x { $of_height } cells round { $count ->
    [one] { $count } unit
   *[other] { $count } units
}
clip-masked = masked to them
clip-tiles-copied = whole tiles copied
clip-strips-copied = whole strips copied
clip-in-file = in { $file }
summary-catchments = { $catchments ->
    [one] { $catchments } catchment
   *[other] { $catchments } catchments
} of { $facilities ->
    [one] { $facilities } facility
   *[other] { $facilities } facilities
} in { $parents ->
    [one] { $parents } parent
   *[other] { $parents } parents
}, { $unserved ->
    [one] { $unserved } unserved part
   *[other] { $unserved } unserved parts
}
catchments-rounding = rounding changes the area of a parent by at most { $share } of it
summary-crosswalk = { $pieces ->
    [one] { $pieces } piece
   *[other] { $pieces } pieces
}, { $people } people{ $slivers ->
    [0] { "" }
    [one] , { $inslivers } of them in { $slivers } sliver
   *[other] , { $inslivers } of them in { $slivers } slivers
}
summary-comparison = { $count ->
    [one] { $count } figure
   *[other] { $count } figures
} different of { $rows } ({ $classes }); { $flags ->
    [one] { $flags } flag
   *[other] { $flags } flags
}, { $notes ->
    [one] { $notes } note
   *[other] { $notes } notes
}
summary-pieces = { $pieces ->
    [one] { $pieces } piece
   *[other] { $pieces } pieces
} of { $old ->
    [one] { $old } old unit
   *[other] { $old } old units
} and { $new ->
    [one] { $new } new unit
   *[other] { $new } new units
}:
pieces-by-side = { $shared } shared, { $old } in old units only, { $new } in new units only; { $bare ->
    [one] { $bare } unit
   *[other] { $bare } units
} without a polygon
summary-metadata = { $sets ->
    [one] { $sets } data set
   *[other] { $sets } data sets
}, { $elements ->
    [one] { $elements } data element
   *[other] { $elements } data elements
}, { $combos ->
    [one] { $combos } option combo
   *[other] { $combos } option combos
}, { $units ->
    [one] { $units } org unit
   *[other] { $units } org units
}, from DHIS2 { $version }
org-units = { $count ->
    [one] { $count } org unit
   *[other] { $count } org units
}
without-geometry = { $count } without geometry
and-ancestors = { $count ->
    [one] and { $count } ancestor
   *[other] and { $count } ancestors
}
from-dhis2 = from DHIS2 { $version }
no-change-since = no unit changed since { $file }
changes-since = { $count ->
    [one] { $count } change
   *[other] { $count } changes
} since { $file }
summary-stored-values = { $values ->
    [one] { $values } value
   *[other] { $values } values
} of { $units ->
    [one] { $units } org unit
   *[other] { $units } org units
}, { $elements ->
    [one] { $elements } data element
   *[other] { $elements } data elements
} and { $periods ->
    [one] { $periods } period
   *[other] { $periods } periods
}, from DHIS2 { $version }
release-is-newest = { $locked } is the newest release already
release-replaced = { $release } replaces { $locked }, all files together
summary-rasters = { $count ->
    [one] { $count } raster
   *[other] { $count } rasters
} in { $folder }: { $downloaded } downloaded
rasters-bytes = { "" } ({ $bytes } bytes)
rasters-copied = { $count ->
    [one] { $count } copied from the mirror
   *[other] { $count } copied from the mirror
}
rasters-unchanged = { $count ->
    [one] { $count } there already and unchanged
   *[other] { $count } there already and unchanged
}
files-to-download = { $count ->
    [one] { $count } file
   *[other] { $count } files
} to download, { $bytes } bytes
and-unknown-size = and { $count } of unknown size
products-in-catalogue = { $count ->
    [one] { $count } product in the catalogue
   *[other] { $count } products in the catalogue
}
files-in-catalogue = { $count ->
    [one] { $count } file in the catalogue
   *[other] { $count } files in the catalogue
}
summary-metadata-import = { $objects ->
    [one] { $objects } object
   *[other] { $objects } objects
} in the document for DHIS2 { $version }: { $added } added, { $updated } updated; { $reused } reused, { $left } left; { $units ->
    [one] { $units } org unit
   *[other] { $units } org units
} of the data set; { $filled } of { $groups ->
    [one] { $groups } group
   *[other] { $groups } groups
} in the mapping
nothing-refused = nothing would be refused
problems-stop-raking = { $count ->
    [one] { $count } problem would stop the run: nothing raked
   *[other] { $count } problems would stop the run: nothing raked
}
summary-raking = { $totals ->
    [one] { $totals } total
   *[other] { $totals } totals
} met in { $rounds ->
    [one] { $rounds } round
   *[other] { $rounds } rounds
}, { $units ->
    [one] { $units } unit
   *[other] { $units } units
} flagged (10 % and more)
summary-table = { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
} of { $columns ->
    [one] { $columns } column
   *[other] { $columns } columns
}
summary-verified-page = { $page } was made of { $plan }: sha256 { $hash }
summary-page = { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
}, { $flagged } flagged; plan sha256 { $hash }
summary-plan = plan: { $counts }; nothing was written
summary-outcome = { $outcome }: { $counts }; receipt { $receipt }
summary-verified = verified: { $count } values are stored as receipt { $receipt } says (outcome { $outcome })
analytics-rebuilt = analytics show the values after the next rebuild of their tables (the last one: { $last })
analytics-never-built = analytics show the values once their tables are built; this server has never built them
summary-check-found = the check found what is listed above: nothing written
summary-proposed = { $count ->
    [one] { $count } value
   *[other] { $count } values
} proposed, { $doubtful } in doubt, each with its reason in a comment
summary-groups = { $filled } of { $count ->
    [one] { $count } group
   *[other] { $count } groups
} in the mapping
each-period = { $count ->
    [2] { $first } and { $last }, each
   *[other] { $first } to { $last }, { $count } periods, each
}
summary-values = { $values } for { $units }, { $people }, counted at { $day }
values-count = { $count ->
    [one] { $count } value
   *[other] { $count } values
}
unstated-day = a day the product does not state
units-left-out = { $count ->
    [one] { $count } unit left out
   *[other] { $count } units left out
}
unserved-parts = { $count ->
    [one] { $count } unserved part
   *[other] { $count } unserved parts
}
parts-not-sent = { $parts } not sent
people-of-parts-not-sent = { $people } more in { $parts }, not sent
growth-between = { $low } to { $high } % a year
projected-from = projected from { $from } by { $growth }
no-total-of-groups = groups that share people, so no total
no-total-of = { $element } no total, its groups share people
people-by-element = people: { $list }
more-elements = { $count ->
    [one] { $count } element
   *[other] { $count } elements
} more
people-count = { $people } people
people-exactly = { $people } people (exactly { $exact })
