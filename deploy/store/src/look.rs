//! A database is looked at before anything is written: what is not the program's is left as it is.

use crate::{
    Error, Place, Schema,
    migrate::{self, Found},
    postgres::{self, Use},
    session::Session,
    sqlite,
};
use sqlx::{Connection as _, PgConnection, SqliteConnection};

/// A database that is looked at.
pub struct Look {
    connection: Looking,
    place: String,
    found: Found,
}

enum Looking {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Look {
    /// Looks at a place; `None` where nothing is there yet.
    ///
    /// # Errors
    ///
    /// Whatever is not a database of this program, or is of a version that it does not know.
    pub async fn at(place: &Place, schema: &Schema) -> Result<Option<Self>, Error> {
        let name = place.to_string();
        let opened = match place {
            Place::File(path) if path.symlink_metadata().is_err() => return Ok(None),
            Place::File(path) => Looking::Sqlite(sqlite::look(path).await?),
            Place::Server(server) => {
                let connection = postgres::connect(server, schema, Use::Read).await;
                Looking::Postgres(connection.map_err(|error| place.unopenable(error))?)
            }
        };
        let mut look = Self { connection: opened, place: name, found: Found::Nothing };
        let name = look.place.clone();
        let found = migrate::find(&mut look.session(), schema, &name).await;
        match found {
            Ok(Found::Nothing) => {
                look.close().await?;
                Ok(None)
            }
            Ok(found) => Ok(Some(Self { found, ..look })),
            Err(error) => {
                look.close().await?;
                Err(place.unopenable(error))
            }
        }
    }

    /// What it can be asked by.
    pub fn session(&mut self) -> Session<'_> {
        match &mut self.connection {
            Looking::Sqlite(connection) => Session::Sqlite(connection),
            Looking::Postgres(connection) => Session::Postgres(connection, &self.place),
        }
    }

    /// Its version.
    pub fn version(&self) -> i64 {
        self.found.version()
    }

    /// Ends looking.
    ///
    /// # Errors
    ///
    /// [`Error::Unopenable`].
    pub async fn close(self) -> Result<(), Error> {
        let place = self.place;
        let unopenable = |reason: String| Error::Unopenable { place: place.clone(), reason };
        match self.connection {
            Looking::Sqlite(connection) => connection.close().await.map_err(|error| unopenable(error.to_string())),
            Looking::Postgres(connection) => {
                let closed = async { connection.close().await.map_err(Error::Server) };
                let closed = postgres::within(&place, postgres::CONNECT, closed).await;
                closed.map_err(|error| unopenable(error.to_string()))
            }
        }
    }
}
