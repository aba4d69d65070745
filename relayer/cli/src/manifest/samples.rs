//! Manifests for tests.

use super::Checked;
use greatseal_protocol::{
    batch::{Header, Rail},
    bytes::{AssetHash, DeploymentId, ManifestHash},
};

/// A line of an entry: its person is of this number, everything else of the index and the number.
pub(crate) fn entry(index: u32, person: u32, amount: u32, repays: Option<u32>) -> String {
    let hex = |kind: u32, number: u32, digits: usize| format!("{:0>digits$x}", (kind << 24) + number + 1);
    let other = (person << 8) + index;
    let repays = repays.map(|index| format!("\"repays\":{index},")).unwrap_or_default();
    format!(
        "{{\"index\":{index},\"person\":{{\"key\":\"k\",\"code\":\"{}\"}},\"destination\":\"eip155:1:0x{}\",\
         \"amount\":\"{amount}\",\"eligibility\":\"{}\",\"revocation\":\"{}\",{repays}\"salt\":\"{}\"}}\n",
        hex(1, person, 64),
        hex(2, other, 40),
        hex(3, other, 64),
        hex(4, other, 64),
        hex(5, other, 32)
    )
}

/// A header of these entries.
pub(crate) fn header(checked: &Checked, parent: Option<ManifestHash>) -> Header {
    Header {
        version: Header::VERSION,
        deployment: DeploymentId([1; 32]),
        program: 1,
        asset: AssetHash([2; 32]),
        payer: [3; 32],
        rail: Rail::Queryable,
        rules: 1,
        line: 1,
        pay_on: 5,
        count: checked.head.size,
        total: checked.total,
        root: checked.root(),
        parent,
    }
}
