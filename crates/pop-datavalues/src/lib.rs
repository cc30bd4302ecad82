//! Periods, mapping, target groups, rounding, data value sets and the rules DHIS2 checks them by
