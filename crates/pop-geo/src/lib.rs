//! Org units from and to GeoJSON, with geometry checks and repair
