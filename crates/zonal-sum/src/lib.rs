//! Sum population rasters inside each org unit, weighting border cells by the share covered
