//! Fetch from DHIS2 what mapping and checking need, as one JSON document
