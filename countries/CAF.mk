# Central African Republic: facilities as points within their sous-préfectures.
# The units and the data set are those of your own DHIS2: put your level and UIDs here.

URL_VARIABLE = DHIS2_URL
LEVEL = 4,5
ORGUNITS =
CATCHMENTS = --within-level 4 --max-distance 5km
VALUES = --level 5
RELEASE = R2025A
DATA_SET = dsPopYear01
MAPPING = countries/CAF-mapping.toml
EXCEPTIONS =
