//! Clip a population raster to org units, on the same grid
