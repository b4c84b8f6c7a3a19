"""Council decisions, the reserve, budget lines, the ledger and the college's decisions."""
