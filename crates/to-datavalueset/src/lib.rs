//! Turn sums per org unit into a DHIS2 data value set of whole numbers that add up
