//! Fetch org units from DHIS2 as one GeoJSON FeatureCollection
