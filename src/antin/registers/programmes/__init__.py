"""Register of action programmes (chương trình hành động): goals, tasks, progress and its reviews, closed periods."""
