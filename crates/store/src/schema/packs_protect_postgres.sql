CREATE FUNCTION refuse_change_of_packs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a pack that was brought in stays as it is'; END $$;
CREATE TRIGGER packs_are_not_altered BEFORE UPDATE OR DELETE ON packs
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_packs();
CREATE TRIGGER packs_are_not_emptied BEFORE TRUNCATE ON packs
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_packs();
CREATE TRIGGER activations_are_not_altered BEFORE UPDATE OR DELETE ON pack_activations
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_packs();
CREATE TRIGGER activations_are_not_emptied BEFORE TRUNCATE ON pack_activations
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_packs();
