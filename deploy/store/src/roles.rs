//! Who may do what on a server: the owner changes tables, the writer adds rows, readers read.

use crate::{Database, Error, Query, Schema, migrate, query, session::Session};

/// Accounts of a server that are given their rights.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// Those that add rows, and change and remove none of the ledger's.
    pub writers: Vec<String>,
    /// Those that read.
    pub readers: Vec<String>,
}

impl Database {
    /// Gives accounts their rights, and takes all others from them. For the owner of the tables.
    ///
    /// # Errors
    ///
    /// [`Error::Unopenable`] on SQLite, where files have the rights; what the server says.
    pub async fn grant(&self, schema: &Schema, roles: &Roles) -> Result<(), Error> {
        let mut writing = self.write().await?;
        let mut session = writing.session()?;
        if !session.is_server() {
            let reason = "a file has no accounts: give its folder to one".to_owned();
            return Err(Error::Unopenable { place: "an SQLite file".into(), reason });
        }
        for (role, writes) in
            roles.readers.iter().map(|role| (role, false)).chain(roles.writers.iter().map(|role| (role, true)))
        {
            for statement in rights(schema, &quoted(role), writes) {
                session.execute(Query::assembled(statement)).await?;
            }
        }
        writing.commit().await
    }

    /// Whether this account could change or remove rows of the ledger: then nothing but triggers keeps it from doing so.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub async fn could_rewrite(&self, schema: &Schema) -> Result<bool, Error> {
        let mut reading = self.read().await?;
        let mut session = reading.session();
        could_rewrite(&mut session, schema).await
    }
}

async fn could_rewrite(session: &mut Session<'_>, schema: &Schema) -> Result<bool, Error> {
    if !session.is_server() {
        return Ok(false);
    }
    // Of one column, and by a role that the account may become, as well as by itself.
    let may = "SELECT (CASE WHEN has_table_privilege($1, 'DELETE, TRUNCATE') \
               OR EXISTS (SELECT 1 FROM pg_catalog.pg_class c WHERE c.oid = $1::regclass \
                          AND pg_has_role(c.relowner, 'MEMBER')) \
               OR EXISTS (SELECT 1 FROM pg_catalog.pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 \
                          AND NOT a.attisdropped AND NOT a.attname = ANY (string_to_array($2, ', ')) \
                          AND has_column_privilege(a.attrelid, a.attnum, 'UPDATE')) \
               THEN 1 ELSE 0 END)::BIGINT";
    let tables = schema.tables.iter().map(|table| (table.name, table.changes));
    for (table, changes) in tables.chain([(migrate::TABLE, "")]) {
        let table = format!("{}.{table}", schema.namespace);
        if session.one::<i64>(query(may).bind(table).bind(changes)).await? == 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a role is given; first it loses all that it had.
fn rights(schema: &Schema, role: &str, writes: bool) -> Vec<String> {
    let namespace = schema.namespace;
    let mut statements = vec![
        format!("REVOKE ALL ON ALL TABLES IN SCHEMA {namespace} FROM {role}"),
        format!("REVOKE ALL ON SCHEMA {namespace} FROM {role}"),
        format!("GRANT USAGE ON SCHEMA {namespace} TO {role}"),
        format!("GRANT SELECT ON ALL TABLES IN SCHEMA {namespace} TO {role}"),
    ];
    for table in schema.tables.iter().filter(|_| writes) {
        if table.grows {
            statements.push(format!("GRANT INSERT ON {namespace}.{} TO {role}", table.name));
        }
        if !table.changes.is_empty() {
            statements.push(format!("GRANT UPDATE ({}) ON {namespace}.{} TO {role}", table.changes, table.name));
        }
    }
    statements
}

/// A name as PostgreSQL takes any.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
