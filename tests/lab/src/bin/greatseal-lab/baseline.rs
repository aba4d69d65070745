//! What the rows measured under the two-contract design, as ADR 35 and ADR 48 record it.

/// The number in the row's own unit; `None` where the row did not exist.
pub(crate) fn of(metric: &str) -> Option<f64> {
    match metric {
        "ref_time of a deployment with the default councils" => Some(688.0),
        "ref_time of one envelope with one approval" => Some(14.78),
        "ref_time of a second approval in the call" => Some(14.01),
        "ref_time of a 3-of-5 flow by the direct door in five transactions" => Some(7.99),
        "ref_time of a 3-of-5 flow by the direct door" => Some(7.21),
        "ref_time of authorising a small conversion" => Some(7.10),
        "ref_time of completing a conversion" => Some(2.72),
        "ref_time of executing a batch" => Some(5.91),
        "proof_size of opening" => Some(252_000.0),
        "proof_size of an approval" => Some(193_000.0),
        "proof_size of authorising a small conversion" => Some(631_000.0),
        "proof_size of completing a conversion" => Some(382_000.0),
        "proof_size of executing a batch" => Some(583_000.0),
        _ => None,
    }
}
