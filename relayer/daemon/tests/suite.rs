//! Tests of the relayer against its own files, without a chain.

mod suite {
    mod carried_over;
    mod cost;
    mod file;
    mod made;
    mod queue;
    mod trail;
}
