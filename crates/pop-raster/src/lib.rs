//! GeoTIFF population grids: georeference, chunks, decoding, nodata, writing
