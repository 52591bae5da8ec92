"""The layouts that come with sharekit: YAML files, data only."""
