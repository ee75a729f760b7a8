"""``python -m antin``."""

from antin.cli.main import main

main()
