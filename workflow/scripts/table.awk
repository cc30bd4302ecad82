# The table of countries as make variables: COLUMN_COUNTRY = value, and metadata_source_COUNTRY.
NR == 1 {
    sub(/^\357\273\277/, "")
    sub(/\r$/, "")
    for (i = 1; i <= NF; i++) names[i] = $i
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
    for (name in row) print name "_" country " := " row[name]
    source = row["metadata"]
    if (source == "" && row["org_units"] ~ /^https?:/ && row["data_set"] != "") source = row["org_units"]
    print "metadata_source_" country " := " source
    print "COUNTRIES += " country
}
