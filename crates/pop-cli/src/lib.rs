//! Conventions that all headcount tools share: streams, messages, exit codes, consent, provenance
