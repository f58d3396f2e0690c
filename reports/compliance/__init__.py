"""The national rules, item by item: met, not met, or the operator's part, as the installation stands now."""
