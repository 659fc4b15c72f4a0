"""GAR exports."""
