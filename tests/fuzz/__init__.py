"""Random valid calls against float64 references, as scripts to run longer than the suite does."""
