-- The number under which the state registered a collector, where a law has such a register; shown to whoever checks a badge.
ALTER TABLE staff ADD COLUMN registration TEXT;
