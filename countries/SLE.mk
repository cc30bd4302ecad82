# Sierra Leone. The units and the data set are those of your own DHIS2: put your UIDs here.

URL_VARIABLE = DHIS2_URL
LEVEL = 2
RELEASE = R2025A
DATA_SET = dsPopYear01
MAPPING = countries/SLE-mapping.toml
EXCEPTIONS =
