"""The domain of SIECLE BEE: pure functions, no database, no HTTP, no XML."""
