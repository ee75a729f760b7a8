"""Vietnam's clock, for whoever tells a time; by itself, so that no small command loads the rules of paper for it."""

from datetime import timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
