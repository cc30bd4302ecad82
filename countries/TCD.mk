# Chad: départements; outlines of the statistics office, joined by code. Put the file and the name of its code column here.
# The units and the data set are those of your own DHIS2: put your level and UIDs here.

URL_VARIABLE = DHIS2_URL
LEVEL = 3
ORGUNITS = --geometry file:countries/TCD-departements.geojson,match=code:CODE
CATCHMENTS =
VALUES =
RELEASE = R2025A
DATA_SET = dsPopYear01
MAPPING = countries/TCD-mapping.toml
EXCEPTIONS = countries/TCD-exceptions.csv
