//! JSON whose members stay in their order, whatever features serde_json was built with.

use greatseal_protocol::bytes::to_hex;
use std::fmt::Write as _;

pub(crate) enum Json {
    Text(String),
    List(Vec<Self>),
    Object(Vec<(&'static str, Self)>),
}

pub(crate) fn text(value: impl ToString) -> Json {
    Json::Text(value.to_string())
}

pub(crate) fn hex(value: impl AsRef<[u8]>) -> Json {
    Json::Text(to_hex(value.as_ref()))
}

fn quoted(value: &str) -> String {
    serde_json::to_string(value).unwrap()
}

impl Json {
    fn write(&self, out: &mut String, indent: usize) {
        match self {
            Self::Text(value) => out.push_str(&quoted(value)),
            Self::List(items) => Self::members(out, indent, ['[', ']'], items.iter().map(|item| (None, item))),
            Self::Object(members) => {
                Self::members(out, indent, ['{', '}'], members.iter().map(|(name, value)| (Some(*name), value)));
            }
        }
    }

    fn members<'a>(
        out: &mut String,
        indent: usize,
        [open, close]: [char; 2],
        members: impl Iterator<Item = (Option<&'static str>, &'a Self)>,
    ) {
        out.push(open);
        for (at, (name, value)) in members.enumerate() {
            out.push_str(if at == 0 { "\n" } else { ",\n" });
            write!(out, "{:width$}", "", width = indent + 2).unwrap();
            if let Some(name) = name {
                write!(out, "{}: ", quoted(name)).unwrap();
            }
            value.write(out, indent + 2);
        }
        write!(out, "\n{:indent$}{close}", "").unwrap();
    }

    pub(crate) fn to_file(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out.push('\n');
        out
    }
}
