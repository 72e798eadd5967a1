-- What users are found by in the fields that are searched: the value as it is compared. NULL where the
-- field is not searched.
ALTER TABLE site_values ADD COLUMN searchable TEXT;
CREATE INDEX site_values_searched ON site_values (name, searchable, row) WHERE searchable IS NOT NULL;
