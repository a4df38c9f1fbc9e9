"""A demonstration world: invented companies and people who have done a year's work together."""
