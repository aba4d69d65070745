//! Inbox, journal, submission and finality of signed envelopes
