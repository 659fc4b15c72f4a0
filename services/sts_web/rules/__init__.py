"""The domain of STS-Web: pure functions, no database, no HTTP, no XML."""
