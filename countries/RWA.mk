# Rwanda: sectors, each with its own outline.
# The units and the data set are those of your own DHIS2: put your level and UIDs here.

URL_VARIABLE = DHIS2_URL
LEVEL = 4
ORGUNITS =
CATCHMENTS =
VALUES =
RELEASE = R2025A
DATA_SET = dsPopYear01
MAPPING = countries/RWA-mapping.toml
EXCEPTIONS =
