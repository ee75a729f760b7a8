"""Durable files and the one small database interface; knows no format and no register."""
