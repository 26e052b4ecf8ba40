CREATE TRIGGER evidence_is_not_altered BEFORE UPDATE ON evidence
WHEN NEW.body IS NOT NULL OR NEW.sent <> OLD.sent OR NEW.kept <> OLD.kept OR NEW.visit <> OLD.visit
BEGIN SELECT RAISE(ABORT, 'evidence is written once'); END;
CREATE TRIGGER evidence_is_not_deleted BEFORE DELETE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is written once'); END;
