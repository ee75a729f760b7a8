"""Floor between acts and doors: what a person may say to a station, declared once for every door."""
