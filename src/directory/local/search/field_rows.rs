//! Who has what is asked for in the fields of the site's own, read from their own index: values are
//! the site's, so no number of sets is enough for them.

use rusqlite::Connection;

use crate::{
    directory::{
        Criterion, FieldAsked, Property,
        local::index::{Row, bits::Bits, block_of, place_of},
    },
    store::{Cancellation, StoreError},
    user::SiteField,
};

/// So many rows are read between two looks at whether anybody still waits.
const ROWS_AT_A_TIME: usize = 10_000;

/// For each criterion its rows, block by block; none where it is about something else.
#[derive(Debug)]
pub(super) struct FieldRows(Vec<Vec<Bits>>);

impl FieldRows {
    pub(super) fn of(
        connection: &Connection,
        criteria: &[Criterion],
        last: i64,
        cancel: &Cancellation,
    ) -> Result<Self, StoreError> {
        let blocks = usize::try_from(last + 1).unwrap_or_default();
        let rows = criteria.iter().map(|criterion| match &criterion.property {
            Property::Field(asked) => rows_of(connection, asked, blocks, cancel),
            Property::Kind(_) | Property::Role(_) | Property::Station(_) | Property::Is(_) => {
                Ok(Vec::new())
            }
        });
        Ok(Self(rows.collect::<Result<_, StoreError>>()?))
    }

    /// Those of one block.
    pub(super) fn block(&self, criterion: usize, block: i64) -> Bits {
        let blocks = self.0.get(criterion);
        usize::try_from(block)
            .ok()
            .and_then(|block| blocks?.get(block))
            .cloned()
            .unwrap_or_else(Bits::none)
    }
}

fn rows_of(
    connection: &Connection,
    asked: &FieldAsked,
    blocks: usize,
    cancel: &Cancellation,
) -> Result<Vec<Bits>, StoreError> {
    let mut found = vec![Bits::none(); blocks];
    let wanted = SiteField::searchable(&asked.value);
    // Beyond every text that begins so.
    let end = if asked.by_beginning {
        format!("{wanted}{}", char::MAX)
    } else {
        wanted.clone()
    };
    let mut statement = connection.prepare_cached(
        "SELECT row FROM site_values WHERE name = ?1 AND searchable >= ?2 AND searchable <= ?3",
    )?;
    let mut rows = statement.query([&asked.name, &wanted, &end])?;
    let mut count = 0_usize;
    while let Some(row) = rows.next()? {
        let row: Row = row.get(0)?;
        let block = usize::try_from(block_of(row)).ok();
        if let Some(block) = block.and_then(|block| found.get_mut(block)) {
            block.insert(place_of(row));
        }
        count += 1;
        if count.is_multiple_of(ROWS_AT_A_TIME) {
            cancel.check()?;
        }
    }
    Ok(found)
}
