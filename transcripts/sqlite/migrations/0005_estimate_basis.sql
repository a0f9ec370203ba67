-- What an estimate was made from, so that a server that starts learns from it as the one that showed it would have.
ALTER TABLE estimates ADD COLUMN basis TEXT;
