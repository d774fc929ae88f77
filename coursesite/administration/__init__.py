"""The administrator's pages: people and their roles, the record of events, local fields."""
