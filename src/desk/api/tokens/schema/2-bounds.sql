-- What bounds a client: its maker, by whose rights it is bounded at each use (NULL: unknown, so it
-- ends), and the networks that it may come from, apart by blanks (NULL: any).
ALTER TABLE api_clients ADD COLUMN made_by INTEGER;
ALTER TABLE api_clients ADD COLUMN networks TEXT;
UPDATE api_clients SET made_by = (SELECT row FROM users WHERE login = created_by);
