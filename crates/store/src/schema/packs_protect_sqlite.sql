CREATE TRIGGER packs_are_not_altered BEFORE UPDATE ON packs
BEGIN SELECT RAISE(ABORT, 'a pack that was brought in stays as it is'); END;
CREATE TRIGGER packs_are_not_deleted BEFORE DELETE ON packs
BEGIN SELECT RAISE(ABORT, 'a pack that was brought in stays as it is'); END;
CREATE TRIGGER activations_are_not_altered BEFORE UPDATE ON pack_activations
BEGIN SELECT RAISE(ABORT, 'who activated a pack stays known'); END;
CREATE TRIGGER activations_are_not_deleted BEFORE DELETE ON pack_activations
BEGIN SELECT RAISE(ABORT, 'who activated a pack stays known'); END;
