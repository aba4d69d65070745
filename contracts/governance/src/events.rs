//! The chain's events: one type a kind, topics are kind, subject and actor.
//!
//! The signature topics are fixed literals, because ink! would hash the source text of the field types: they are
//! SHA-256(`greatseal/event/` ‖ name), which a test compares. All kinds carry the same protocol record.

use greatseal_protocol::{
    bytes::Written,
    event::{Door, Event, Record},
    key::Key,
    language,
    outcome::Records,
};

macro_rules! kinds {
    ($($group:ident $subject:ident { $($(#[$doc:meta])* $kind:ident $topic:tt;)* })*) => {
        $($(
            $(#[$doc])*
            #[ink::event(signature_topic = $topic)]
            pub struct $kind {
                /// What the event is about: [`Event::subject`].
                #[ink(topic)]
                pub subject: [u8; 32],
                /// First 32 bytes of the actor's key; zeros for the constructor.
                #[ink(topic)]
                pub actor: [u8; 32],
                /// The protocol's record.
                pub record: Record,
            }
        )*)*

        /// Every kind with its signature topic.
        #[cfg(test)]
        pub const TOPICS: &[(&str, &str)] = &[$($((stringify!($kind), $topic),)*)*];

        /// The signature topic of an event.
        fn signature_topic(event: &Event) -> &'static [u8; 32] {
            match event {
                $(Event::$group(event) => match event {
                    $(language::$subject::Event::$kind { .. } => const { topic::<$kind>() },)*
                },)*
            }
        }
    };
}

kinds! {
    Council council {
        /// A seat has another key, which has to accept it.
        SeatReplaced "312f52112dd71200808d1dd9d10a1c21811d28ad5835ccf16b8fc85a8bd7d56c";
        /// A key accepted its seat.
        SeatAccepted "aa9ca1c000179f277b54a2ff081b631751d5ea6c3eae243a92fd6bb0c24ff634";
        /// A seat was suspended.
        SeatSuspended "a1f98cb74691340fe178add1ec9e186fd43eb1e91b59d3b9451d11ac54779881";
        /// A suspension ended before its time.
        SeatReinstated "17f11358b1b94ad08a33d948ecd238ec826600b5b80a6918c781d06a38624dcb";
        /// A council has another size, or began.
        CouncilReconstituted "e722f0afd19830096599c8b52c4daf40b782bbfbeedf354e96cc50e781384fc3";
        /// An Emergency seat sent a sign of life.
        Heartbeat "90735cf862385eda7086d9c2912231dc548d93dafb8905db497c7e3040e6f734";
        /// A seat's key named its successor.
        SuccessorNamed "39b24575e4eb21d70cec0340f48667dc44da80f839cb45c7902bc5ca8f40f85a";
    }
    Proposal proposal {
        /// A proposal was opened.
        Opened "5b4c36297745cd68db47cea26b92a52c679013eac035f5b0759e18f6d362410b";
        /// A seat approved or rejected a proposal.
        Decided "27ba34e59a4fb19239c60fbefcfecafe7f5fb33b28008f581f0c055973bc1de1";
        /// A proposal reached its quorum.
        QuorumReached "8def974b5c4ae13c1c68ed6b747231e7fa34e62eb802b1c79ac820949a4c9181";
        /// The author cancelled a proposal.
        Cancelled "d948d1ebe36cf44a5270da99111e40e42c0008b7f3dddc53086324349034df0f";
        /// A seat vetoed a proposal while its delay ran.
        Vetoed "b9c6ceb974e0009f0b3f6475bf1072cdca828aca91a779d4b53c09b7900eb1af";
        /// A proposal ended without taking effect.
        Rejected "bbf82130023d6047d0a7fe1bb606317f7bd8e6340fe8effe0989483f3cf774a6";
        /// A proposal took effect.
        Executed "5440788268da7a75361d87d3a874f8ae9bcbd9ea47df7a2265802251c1db7eb0";
        /// A proposal is tied; the panel was called.
        Deadlocked "dcbb9fb96cbaf52c2a69888892b4899f8205affea1ab4b986488a481e7907c31";
        /// The panel gave the missing approval.
        PanelApproved "092e57246d2a7369e1a82355507b3552f9bbae7e4a8e3de8f8088af57fcd163b";
        /// A seat decided about several proposals with one signature.
        DecidedTogether "f868f1b11650e51435280b09ba897d0dc32dcae868e220ac3bdc8aee21bd84fa";
    }
    Emergency emergency {
        /// A pause stops executions in a scope until a time.
        Paused "056305e720fd532166c52382d6eb35d16b9c62f0b1c5996f910d030899417e17";
        /// A pause ended before its time.
        Lifted "ac43f02abf730a0fff8b7ddd14d5d0228b88b69703aecbe64a8a4f1a69fe5390";
        /// A degraded mode was set or left.
        ModeChanged "a707d18e3fdc7767bec8ee6ea8b79ed32deba6cbc083f600d4c820480befc506";
        /// The review of an incident was filed.
        ReviewFiled "18c1696362618df743f72d59be717607cb340a6bfcaa27fbd3de947663fa0b72";
        /// An auditor attested a review.
        ReviewAttested "a5f68be340ca2d46257da5530fd8c7f32b401f7e0b798f7232c346e6ccccf4a5";
        /// The Sovereign council consented to a pause before the review.
        OverrideUsed "ed603605a1b277ed52fe62891256b9e87e077b070feedecaf4dcb21bbd9334b9";
    }
    Policy policy {
        /// A row of the policy table changed.
        RowChanged "08a996d023fb7f960db3d0095293de515214ad39ea5aa1179f3d0028d521c679";
        /// The profile of a micronode was prolonged.
        ProfileRenewed "3d9c848f80ac06dec52ef673c5eef88da573cfd9d3a38efb635987b5b4f9a7d5";
    }
    Bridge bridge {
        /// The economics of a bridge route changed.
        RouteChanged "45cf5e66af006fc1a5e204c0ea0b98c57b10024a67b2f2eee1d0bf771a79e952";
        /// The accounts that a bridge route serves changed.
        ComplianceChanged "8774340756a25e130929d67822ae622178a390328be3df44a115518147645037";
        /// A conversion was authorised.
        ConversionAuthorized "8c1f57b64fac76ad82e0d57810ca1176bb00b89ff4795873c86ec6d66fea4f39";
        /// A conversion was refused.
        ConversionRefused "71ecebc4de727a22a3593245d823e4f88325088f53f307182d181cc8ba89c4ab";
        /// A Treasury seat co-signed a conversion.
        ConversionCosigned "a5c012a678d6a432dad14c915f17bdd46fa2fd1bf062c4b9856611345a1f7074";
        /// The rail carried out a conversion.
        ConversionCompleted "5d72ed12e5aa23e6634dbafb5645d1424a13e79be145271a81300e5bf2f28b1a";
        /// The rail did not carry out a conversion.
        ConversionReleased "52cef319f9a138904f175d683e8659e7f1561a1543ae50b22238dbe671f1af99";
    }
    Program program {
        /// A programme began or changed.
        ProgramChanged "0cbe16ec76a8bc6d39fd98a7dea842d92671298fb093a1c8cd94d3d7c15ebc14";
        /// A batch was executed.
        BatchExecuted "7fb6263d1eb7fd30caaa0edef0b0eb854f079bb9997cd8fbdb7195e7e0befb65";
        /// Entries of a batch were recorded as settled.
        SettlementRecorded "ceb0738e39ec327d393c6a89c9368aa310ee45d46120dae634c75a166bd9384a";
        /// Entries of a batch were excepted: it does not pay them.
        EntryExcepted "b9067f57314cd8c116429087ad93ff88148365a16ddbcfd4341b079e6c9f7abb";
        /// An auditor attested the settlement of entries.
        SettlementAttested "77e040cadd9db8ba85693c4d6731b61671e7e92d48ae2af856bd52585f6f54fa";
        /// A batch was reconciled: every entry has ended, every payment was attested.
        BatchReconciled "605e1b39c641c5ab3b83ae66b16e831b344c4c6be131986679e47b09d523f9ca";
    }
    Registry registry {
        /// An entry of the registry was written or revoked.
        RegistryChanged "c0d510b9d63a9ab73d1fed18d4612de5ba90697594dafed561e05190ce3b6df6";
        /// A release was approved.
        ReleaseApproved "7136cb82148b0589688bf2365424d90236e656d57d6431a29135018d116531a7";
        /// A component went back to its previous release.
        ReleaseRolledBack "adca94d7680286fef0a94611c60955d4b37915e2a6c9af86d217412ef949ad76";
    }
    Dispute dispute {
        /// A dispute was opened.
        DisputeOpened "1fe715f829cafe708ab1cc81ef2342fe4a5f9d8d47bc995da20b5b29567fd23d";
        /// A dispute was acknowledged.
        DisputeAcknowledged "27d052d83a8bc9ad402637dfb76c823a475b8422516cdd28d5d23b7f44f63541";
        /// A dispute was triaged.
        DisputeTriaged "a584c76a8194961c94873808256e23acaa882c4f2f5663ce04b364e3cb08af4c";
        /// The decision about a dispute has more time.
        DisputeExtended "81cf209417bcaed6d60f9e77915379542d70c15982f6e5cc49c455f0af5bbe59";
        /// A dispute was answered.
        DisputeResolved "80aacae7eb8cf8ebf4fdaf79aa9cbf1717bc46c8a75e3126525dffafaf9c3587";
        /// A dispute was retracted.
        DisputeRetracted "94989f3ae5fc0c5224c493bc0f2858c2e7bcfa55928cdac4ae19d4cc33dfc669";
    }
    Phase phase {
        /// The post-quantum phase of a council changed.
        PhaseChanged "39276c4f8a9b08b6edaa1450c30160dc0d71b13ff8b4653b3501b137c3fb2e7f";
        /// A council went back to an earlier post-quantum phase.
        PhaseRolledBack "16ed2491f8c2148955d0cfca86f914851d9568c4721517513e9312332092fb73";
        /// A seat named its post-quantum companion.
        CompanionNamed "5c8410b68229505f460f21fd6415076396069213e09d5ec89548a3e7220ffa2a";
    }
    Operation operation {
        /// An operator or auditor examined a route, or money, before it is loosened.
        Escalated "e85546d4f30a480b2cf3809cf65aaf5e820848b61d4191cb50e35040ab3c0c94";
        /// An operator changed a parameter within its band.
        Tuned "54970a1831113d4f60021e5f23e0a931ca65179154e57663a78282a109172a3e";
        /// The baseline of a parameter changed.
        BaselineChanged "b65c4b7543dda4e7ff413656a80a50a0e9e25c4a95454b45106c61dbc5e0b1c4";
        /// The report of a drill was filed.
        DrillFiled "ae0760f29419febf23af2b635f4835bcf3b494b290c06cff5ea3c8d7f7c89080";
    }
    Contract contract {
        /// The contract was deployed.
        Deployed "e826bdddf12b0e7a4aafbc6e2d5370e42ea1787fb1e62a287037ba893fc59cef";
        /// A member's authentic command was refused.
        Refused "66b9319d8505e5a510283e9052bbe2e0c3bb9f35ee1e0c3109add0c3284a2c3b";
        /// The contract ended in favour of its successor.
        Retired "0b91ce86dd7b16158cf3e5feb4b52039b5c9213c250d7b62a97848673228256b";
        /// A successor took over state and history.
        Succeeded "17a4221b679857f2cb6138b1d4a7414520671b6af42c4075e5bea129837dc43f";
    }
}

/// The signature topic of a kind, which is stated above: a kind without one does not compile.
const fn topic<K: ink::env::Event>() -> &'static [u8; 32] {
    match &K::SIGNATURE_TOPIC {
        Some(topic) => topic,
        None => panic!("a kind has a signature topic"),
    }
}

/// Emits the records of a command, if it left any.
pub fn tell(records: Option<Records>) {
    if let Some(records) = records {
        for (seq, event) in records.iter() {
            emit(seq, records.at, records.door, records.actor, event);
        }
    }
}

/// Emits a record, in its parts, as the event of its kind. All kinds have one shape, so that one piece of code encodes
/// them all.
///
/// ink!'s own `emit_event` links a delegate call, for topics over 32 bytes, which this contract must not have.
pub fn emit(seq: u64, at: u64, door: Door, actor: Option<Key>, event: &Event) {
    let subject = event.subject();
    let by = actor.map(|key| key.topic()).unwrap_or_default();
    deposit(&[*signature_topic(event), subject, by], &Written::once(&(subject, by, seq, at, door, actor, event)));
}

#[cfg(target_arch = "riscv64")]
fn deposit(topics: &[[u8; 32]; 3], payload: &[u8]) {
    use pallet_revive_uapi::{HostFn, HostFnImpl};
    HostFnImpl::deposit_event(topics, payload);
}

/// Off the chain there is nobody to tell.
#[cfg(not(target_arch = "riscv64"))]
fn deposit(_: &[[u8; 32]; 3], _: &[u8]) {}
