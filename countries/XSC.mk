# The sample country of `make demo`. Copy this file to countries/<ISO>.mk for your own.

# The variable that holds the server's URL; the password is in the file that
# DHIS2_CREDENTIALS_FILE names.
URL_VARIABLE = DHIS2_URL
# The level that gets the numbers: DHIS2 adds up from there.
LEVEL = 2
# WorldPop's release: which one is fetched, and part of the run folder's name.
RELEASE = R2025A
# Where the people go in DHIS2.
DATA_SET = dsPopYear01
MAPPING = countries/XSC-mapping.toml
# Units that may be without a number, each with a reason; leave empty for none.
EXCEPTIONS = countries/XSC-exceptions.csv
