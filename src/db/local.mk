# Layer 3, db: everything that speaks to PostgreSQL.
