//! Steps over a value by its type.
