//! WorldPop file names, products, age bands and catalogue documents
