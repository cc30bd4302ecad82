# The table of countries as make variables: COLUMN_COUNTRY = value, and metadata_source_COUNTRY. A line that the schema refuses is an error.
function fail(text) {
    print FILENAME ": " text >"/dev/stderr"
    exit 1
}
NR == 1 {
    sub(/^\357\273\277/, "")
    sub(/\r$/, "")
    for (i = 1; i <= NF; i++) { names[i] = $i; known[$i] = 1 }
    if (!("country" in known && "org_units" in known && "level" in known))
        fail("expected the columns country, org_units and level, separated by tabs")
    next
}
/^[[:space:]]*(#|$)/ { next }
{
    sub(/\r$/, "")
    split("", row)
    for (i = 1; i <= NF; i++) {
        value = $i
        gsub(/\$/, "$$", value)
        gsub(/#/, "\\#", value)
        row[names[i]] = value
    }
    country = row["country"]
    if (country !~ /^[A-Z][A-Z][A-Z]$/) fail("country " country ": expected three capital letters")
    if (row["org_units"] == "") fail(country ": no org_units")
    if (row["level"] !~ /^[1-9][0-9]?$/) fail(country ": level " row["level"] ": expected a number from 1")
    for (name in row) print name "_" country " := " row[name]
    source = row["metadata"]
    if (source == "" && row["org_units"] ~ /^https?:/ && row["data_set"] != "") source = row["org_units"]
    print "metadata_source_" country " := " source
    print "COUNTRIES += " country
}
