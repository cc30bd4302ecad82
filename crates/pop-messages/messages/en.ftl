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
    [one] Replace { $values } figure
   *[other] Replace { $values } figures
} of { $units ->
    [one] { $units } unit
   *[other] { $units } units
}: { $total }
asked-total-new = { $name }: { $after } people, where none are stored.
asked-total-changed = { $name }: { $after } people instead of { $before } ({ $difference }, { $change }).
asked-total-other-values = { $name }: { $after } people; { $before } are stored now, for other units or groups.
asked-nothing = there is no value in it.
no-data-set = (none named)
plan-sha256 = Plan SHA-256
payload-sha256 = Payload SHA-256
page-of = page # of
suppressed = Counts below { $number } are not shown, nor are counts from which they could be worked out.

## Review page: sections

heading-summary = People, changes and flagged units
caption-totals = Totals before and after
caption-counts = Values by what happens to them
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
refused-count = { $count ->
    [one] { $count } value would be refused: nothing is written until that is settled.
   *[other] { $count } values would be refused: nothing is written until that is settled.
}
not-in-set-count = { $count ->
    [one] { $count } stored value is not in this set and stays as it is.
   *[other] { $count } stored values are not in this set and stay as they are.
}
class-new = New: nothing is stored
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

heading-map = Map of changes
map-text = Units by change of people, old to new. The tables below have every figure.
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
without-polygon = Units without a polygon
no-org-units = There is no map: no org units were given (--org-units FILE).
plot-growth = Growth from the year before, by unit
plot-change = Change from old to new, by unit
plot-largest = (the { $shown } largest of { $total })
heading-ages = Ages and sexes
pyramid-country = Country
ages = Ages
women = Women
men = Men
women-men = Women | men

heading-parents = Parents
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
reason-unserved = served by no facility

heading-units = All units, by parent
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
no-balance = No balance was given (--balance FILE).

heading-adjustments = Adjustments to official totals
caption-controls = Official totals
caption-raked = Adjusted units, by factor
source = Source
before-raking = Before
after-raking = After
factor = Factor
raking-more = { $count ->
    [one] { $count } more unit is in the raking report.
   *[other] { $count } more units are in the raking report.
}
no-adjustments = No raking report was given (--raking FILE): the figures are those of the raster.

heading-provenance = Provenance
read = Read
written = Written
no-provenance = No provenance record was given (--provenance-record FILE).

heading-signatures = Signatures
signed-text = Signed is the plan with this SHA-256. push --plan prints the same before it writes, and review --verify compares this page with the plan.
name = Name
function = Function
date = Date
signature = Signature
