//! What the services need of the machine they run on. Knows neither the rules nor a chain.

pub mod birth;
