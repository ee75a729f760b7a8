"""Register of escalations (đôn đốc): what was due and not done, and who was told, once for each step."""
