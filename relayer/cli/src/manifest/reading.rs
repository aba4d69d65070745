//! A manifest as it is read: a header in front or none, then entries.

use super::{Checked, Faults, header::HeaderFile, source::Read, tally::Tally};
use crate::{caip::AccountId, contents::Spool};
use greatseal_protocol::{
    batch::{Header, Rail},
    manifest::Entry,
};

/// What was read so far.
pub(super) struct Reading {
    /// The rail that was asked for.
    rail: Option<Rail>,
    /// Entries only: they get a header.
    bare: bool,
    tally: Tally,
    header: Option<Header>,
    /// The line of the header, sound or not.
    headed: Option<u64>,
    begun: bool,
    /// The entries as bytes, where they are kept.
    items: Option<Spool>,
}

impl Reading {
    /// Of a whole manifest, or of entries alone.
    pub(super) fn new(rail: Option<Rail>) -> Self {
        let tally = Tally::new(rail.unwrap_or(Rail::Queryable));
        Self { rail, bare: false, tally, header: None, headed: None, begun: false, items: None }
    }

    /// Of entries alone, for a batch that has a parent or has none.
    pub(super) fn of_entries(rail: Rail, child: bool) -> Self {
        let mut reading = Self { bare: true, ..Self::new(Some(rail)) };
        reading.tally.of_child(child);
        reading
    }

    /// Of the entries of a batch, whose header is known.
    pub(super) fn of_header(header: Header) -> Self {
        let mut reading = Self { header: Some(header), ..Self::new(Some(header.rail)) };
        reading.tally.of_child(header.parent.is_some());
        reading
    }

    /// Keeps the bytes of the entries.
    pub(super) fn keeping(self) -> Self {
        Self { items: Some(Spool::default()), ..self }
    }

    /// With an entry as a manifest commits to it.
    pub(super) fn add(&mut self, number: u64, entry: &Entry, faults: &mut Faults) {
        let account = entry.destination.as_ref().map(|text| AccountId::parse(text.as_str())).transpose();
        match account {
            Ok(account) => self.tally.add(number, entry, account.as_ref(), faults),
            Err(reason) => {
                self.tally.skip();
                faults.add(number, format!("its destination {reason}"));
            }
        }
    }

    /// With the next line.
    pub(super) fn take(&mut self, line: u64, read: Read, faults: &mut Faults) {
        let first = !std::mem::replace(&mut self.begun, true);
        let wrong = match read {
            Read::Header(found) => return self.head(line, first, found, faults),
            Read::Entry(Ok(entry)) => match entry.entry() {
                Ok((entry, account)) => {
                    let kept = self.items.as_mut().map_or(Ok(()), |items| items.push(&entry.to_bytes()));
                    kept.unwrap_or_else(|error| faults.add(line, error));
                    return self.tally.add(line, &entry, account.as_ref(), faults);
                }
                Err(wrong) => wrong,
            },
            Read::Entry(Err(reason)) => vec![reason],
        };
        self.tally.skip();
        wrong.into_iter().for_each(|reason| faults.add(line, reason));
    }

    /// A header is one, and stands in front: what follows is read by what it says.
    fn head(&mut self, line: u64, first: bool, found: Result<HeaderFile, String>, faults: &mut Faults) {
        if let Some(earlier) = self.headed.replace(line) {
            return faults.add(line, format!("is a second header: the one of line {earlier} names the batch"));
        }
        if !first {
            return faults.add(line, "is a header behind entries: it stands in front of all of them");
        }
        if self.bare {
            return faults.add(line, "is a header: give the entries alone, they get a new one");
        }
        match found.and_then(|found| found.header()) {
            Ok(header) => {
                self.tally.on(self.rail.unwrap_or(header.rail));
                self.tally.of_child(header.parent.is_some());
                self.header = Some(header);
            }
            Err(reason) => faults.add(line, reason),
        }
    }

    /// The manifest, where nothing is wrong with it, and its header says the same of the entries as they do.
    pub(super) fn end(self, faults: &mut Faults) -> Option<Checked> {
        let items = self.items.map(Spool::end).transpose().unwrap_or_else(|error| {
            faults.whole(error);
            None
        });
        let mut checked = self.tally.end(faults)?;
        checked.items = items;
        let Some(header) = self.header else { return Some(checked) };
        let (count, total, root) = (checked.head.size, checked.total, checked.root());
        if (header.count, header.total, header.root) != (count, total, root) {
            let said =
                format!("the header has {} entries, {} and the root {}", header.count, header.total, header.root);
            faults.whole(format!("{said}; the entries are {count}, {total} and {root}"));
            return None;
        }
        checked.header = Some(header);
        Some(checked)
    }
}
