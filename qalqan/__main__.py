"""``python -m qalqan`` is ``qalqan``."""

from qalqan.main import main

if __name__ == "__main__":
    main()
