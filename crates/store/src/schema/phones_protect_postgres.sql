CREATE FUNCTION refuse_change_of_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'evidence is written once'; END $$;
CREATE TRIGGER evidence_is_not_altered BEFORE UPDATE ON evidence FOR EACH ROW
WHEN (NEW.body IS NOT NULL OR NEW.sent <> OLD.sent OR NEW.kept <> OLD.kept OR NEW.visit <> OLD.visit)
EXECUTE FUNCTION refuse_change_of_evidence();
CREATE TRIGGER evidence_is_not_deleted BEFORE DELETE ON evidence
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_evidence();
CREATE TRIGGER evidence_is_not_emptied BEFORE TRUNCATE ON evidence
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_evidence();
