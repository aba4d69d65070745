//! Names of choices, for people and in JSON: each is its variant in kebab case.

use crate::{
    dispute::{Held, Resolution},
    proposal::Cause,
    proposal_id::Decision,
    registry::{ComponentKind, Risk},
    scope::Severity,
};
use core::fmt;

macro_rules! names {
    ($($choice:ident { $($variant:ident $name:literal,)* })*) => {$(
        impl fmt::Display for $choice {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(match self { $(Self::$variant => $name,)* })
            }
        }
    )*};
}

names! {
    Cause {
        Decisions "decisions",
        ApproveByPassed "approve-by-passed",
        ExecuteByPassed "execute-by-passed",
        Stale "stale",
        Veto "veto",
    }
    ComponentKind {
        Contract "contract",
        Runtime "runtime",
        Node "node",
        Service "service",
        Client "client",
    }
    Decision {
        Approve "approve",
        Reject "reject",
    }
    Held {
        Execution "the execution",
        Finality "finality",
    }
    Resolution {
        Upheld "upheld",
        Dismissed "dismissed",
    }
    Risk {
        Routine "routine",
        High "high",
    }
    Severity {
        Sev1 "sev1",
        Sev2 "sev2",
        Sev3 "sev3",
        Sev4 "sev4",
    }
}
