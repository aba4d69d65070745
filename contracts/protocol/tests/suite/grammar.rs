//! The grammar in `docs/protocol` is the code's: every type that is signed, hashed, emitted or stored, with its tags, fields and
//! widths, and no other.

use greatseal_protocol::{
    cells::CellKey,
    command::Command,
    envelope::Envelope,
    event::Record,
    genesis::Genesis,
    outcome::{NotDeployed, Outcome, Undone},
    types::cells,
};
use scale_info::{Field, MetaType, TypeDef, TypeDefPrimitive, form::MetaForm, meta_type};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Types that the documents define: structures with named fields, and enumerations.
#[derive(Default)]
struct Grammar {
    /// By path.
    types: BTreeMap<Vec<&'static str>, MetaType>,
}

impl Grammar {
    fn of(roots: impl IntoIterator<Item = MetaType>) -> Self {
        let mut grammar = Self::default();
        roots.into_iter().for_each(|root| grammar.visit(root));
        grammar
    }

    fn visit(&mut self, meta: MetaType) {
        let info = meta.type_info();
        if defined(meta) && self.types.insert(info.path.segments.clone(), meta).is_some() {
            return;
        }
        match info.type_def {
            TypeDef::Composite(composite) => self.visit_all(&composite.fields),
            TypeDef::Variant(variants) => variants.variants.iter().for_each(|variant| self.visit_all(&variant.fields)),
            TypeDef::Sequence(sequence) => self.visit(sequence.type_param),
            TypeDef::Array(array) => self.visit(array.type_param),
            TypeDef::Tuple(tuple) => tuple.fields.into_iter().for_each(|field| self.visit(field)),
            TypeDef::Primitive(_) => {}
            TypeDef::Compact(_) | TypeDef::BitSequence(_) => panic!("the grammar has no such type"),
        }
    }

    fn visit_all(&mut self, fields: &[Field<MetaForm>]) {
        fields.iter().for_each(|field| self.visit(field.ty));
    }

    /// A type's name. Where several have one, those that lie deeper are named with their module.
    fn name(&self, path: &[&'static str]) -> String {
        let ident = path.last().unwrap();
        let depths = self.types.keys().filter(|other| other.last() == Some(ident)).map(Vec::len);
        let alone = depths.clone().filter(|depth| *depth == path.len()).count() == 1;
        match alone && depths.min() == Some(path.len()) {
            true => (*ident).to_owned(),
            false => format!("{}::{ident}", path[path.len() - 2]),
        }
    }

    /// A type as a field of it is written.
    fn written(&self, meta: MetaType) -> String {
        let info = meta.type_info();
        let byte = |meta: MetaType| meta == meta_type::<u8>();
        match &info.type_def {
            _ if info.path.ident() == Some("Option") => {
                let TypeDef::Variant(variants) = &info.type_def else { panic!() };
                format!("option of {}", self.written(variants.variants[1].fields[0].ty))
            }
            _ if info.path.ident() == Some("Label") => "label".into(),
            _ if defined(meta) => self.name(&info.path.segments),
            TypeDef::Composite(composite) => match composite.fields.as_slice() {
                [field] => self.written(field.ty),
                fields => panic!("{:?} has {} fields without a name", info.path.segments, fields.len()),
            },
            TypeDef::Sequence(sequence) if byte(sequence.type_param) => "bytes".into(),
            TypeDef::Sequence(sequence) => format!("list of {}", self.written(sequence.type_param)),
            TypeDef::Array(array) if byte(array.type_param) => array.len.to_string(),
            TypeDef::Array(array) => format!("{} × {}", array.len, self.written(array.type_param)),
            TypeDef::Tuple(tuple) => {
                let fields: Vec<String> = tuple.fields.iter().map(|field| self.written(*field)).collect();
                format!("({})", fields.join(", "))
            }
            TypeDef::Primitive(primitive) => match primitive {
                TypeDefPrimitive::Bool => "bool",
                TypeDefPrimitive::Str => "text",
                TypeDefPrimitive::U8 => "u8",
                TypeDefPrimitive::U16 => "u16",
                TypeDefPrimitive::U32 => "u32",
                TypeDefPrimitive::U64 => "u64",
                TypeDefPrimitive::U128 => "u128",
                other => panic!("the grammar has no {other:?}"),
            }
            .into(),
            TypeDef::Variant(_) | TypeDef::Compact(_) | TypeDef::BitSequence(_) => panic!("{:?}", info.path.segments),
        }
    }

    fn fields(&self, fields: &[Field<MetaForm>]) -> String {
        let field = |field: &Field<MetaForm>| {
            let written = self.written(field.ty);
            field.name.map_or(written.clone(), |name| format!("{name}: {written}"))
        };
        let fields: Vec<String> = fields.iter().map(field).collect();
        if fields.is_empty() { "–".into() } else { format!("`{}`", fields.join(", ")) }
    }

    /// The rows of a type's table, as far as the code says them.
    fn rows(&self, meta: MetaType) -> Vec<String> {
        match meta.type_info().type_def {
            TypeDef::Composite(composite) => {
                let row = |field: &Field<MetaForm>| format!("`{}` | {}", field.name.unwrap(), self.written(field.ty));
                composite.fields.iter().map(row).collect()
            }
            TypeDef::Variant(variants) => {
                let mut variants = variants.variants;
                variants.sort_by_key(|variant| variant.index);
                let row = |variant: &scale_info::Variant<MetaForm>| {
                    format!("`0x{:02x}` | `{}` | {}", variant.index, variant.name, self.fields(&variant.fields))
                };
                variants.iter().map(row).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Whether a type has a table of its own.
fn defined(meta: MetaType) -> bool {
    let info = meta.type_info();
    match &info.type_def {
        TypeDef::Composite(composite) => composite.fields.iter().any(|field| field.name.is_some()),
        TypeDef::Variant(_) => info.path.ident() != Some("Option"),
        _ => false,
    }
}

/// The tables of the documents: what stands under a heading that is a type's name.
fn tables() -> BTreeMap<String, Vec<Vec<String>>> {
    let mut tables = BTreeMap::new();
    for part in ["language.md", "cells.md"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/protocol").join(part);
        let mut under = None;
        for line in fs::read_to_string(path).unwrap().lines() {
            if line.starts_with('#') {
                let name = line.strip_prefix("### `").and_then(|rest| rest.strip_suffix('`'));
                under = name.map(str::to_owned);
                if let Some(name) = name {
                    assert!(tables.insert(name.to_owned(), Vec::new()).is_none(), "{part}: {name} stands twice");
                }
            } else if let (Some(name), Some(row)) = (&under, line.strip_prefix("| `")) {
                let columns = format!("`{row}").split(" | ").map(str::to_owned).collect();
                tables.get_mut(name).unwrap().push(columns);
            }
        }
    }
    tables
}

fn grammar() -> Grammar {
    Grammar::of(cells().into_iter().map(|(_, cell)| cell).chain([
        meta_type::<Command>(),
        meta_type::<Envelope>(),
        meta_type::<Record>(),
        meta_type::<Genesis>(),
        meta_type::<CellKey>(),
        meta_type::<Outcome>(),
        meta_type::<NotDeployed>(),
        meta_type::<Undone>(),
    ]))
}

#[test]
fn the_documents_have_the_grammar_of_the_code_and_no_other() {
    let (grammar, tables) = (grammar(), tables());
    let mut wrong = Vec::new();
    let mut known = BTreeSet::new();
    for (path, meta) in &grammar.types {
        let (name, rows) = (grammar.name(path), grammar.rows(*meta));
        let stands = tables.get(&name).into_iter().flatten().map(|columns| {
            let width = if columns[0].starts_with("`0x") { 3 } else { 2 };
            let row: Vec<&str> = columns.iter().take(width).map(|cell| cell.trim_end_matches(" |")).collect();
            row.join(" | ")
        });
        let mut stands: Vec<String> = stands.collect();
        if matches!(meta.type_info().type_def, TypeDef::Variant(_)) {
            stands.sort();
        }
        wrong.extend(rows.iter().filter(|row| !stands.contains(row)).map(|row| format!("{name} lacks | {row} |")));
        wrong.extend(stands.iter().filter(|row| !rows.contains(row)).map(|row| format!("{name} has no | {row} |")));
        if wrong.is_empty() && rows != stands {
            wrong.push(format!("{name} has its fields in another order"));
        }
        known.insert(name);
    }
    wrong.extend(tables.keys().filter(|name| !known.contains(*name)).map(|name| format!("there is no type {name}")));
    assert!(known.len() > 80, "{known:?}");
    assert!(wrong.is_empty(), "docs/protocol/language.md and cells.md:\n{}", wrong.join("\n"));
}

#[test]
fn the_documents_say_what_lies_under_each_key() {
    let (grammar, tables) = (grammar(), tables());
    let TypeDef::Variant(keys) = meta_type::<CellKey>().type_info().type_def else { panic!() };
    let names: BTreeSet<&str> = keys.variants.iter().map(|key| key.name).collect();
    assert_eq!(names, cells().into_iter().map(|(name, _)| name).collect(), "a cell has no type here");
    for (name, cell) in cells() {
        let row = tables["CellKey"].iter().find(|columns| columns[1] == format!("`{name}`")).unwrap();
        assert_eq!(row[3], format!("`{}`", grammar.written(cell)), "docs/protocol/cells.md: {name}");
    }
}
