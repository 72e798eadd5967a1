-- The intents that no outcome closes yet, by sequence number. Kept by triggers, so that nothing is
-- appended without it, and a sign-in need not read the whole audit to name them.
CREATE TABLE open_intents (
    seq INTEGER PRIMARY KEY
) STRICT;
INSERT INTO open_intents (seq)
    SELECT intent FROM audit WHERE intent IS NOT NULL GROUP BY intent HAVING count(*) = 1;
DROP INDEX audit_by_intent;
CREATE TRIGGER audit_opens_an_intent AFTER INSERT ON audit WHEN new.intent = new.seq
BEGIN INSERT INTO open_intents (seq) VALUES (new.seq); END;
CREATE TRIGGER audit_closes_an_intent AFTER INSERT ON audit WHEN new.intent <> new.seq
BEGIN DELETE FROM open_intents WHERE seq = new.intent; END;
