"""Register of emulation: criteria, scores, ballots and the formula that makes a ranking of them."""
