//! Show what a data value set would change in DHIS2, and with --commit write, prove and undo it
