//! Where the tests find real rasters, boundaries and recordings
