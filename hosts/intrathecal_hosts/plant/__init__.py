"""The plant: a pump of metal, its line and its patient, who know nothing of what the core reckons; and an auditor."""
