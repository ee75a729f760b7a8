"""``antin demo``: the main job as a story that a clerk understands, then wrong on purpose."""
