//! Black-box tests of the binaries and of whole pipelines.
