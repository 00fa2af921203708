"""`python -m bookfilm` is `bookfilm`."""

from bookfilm.cli import main

if __name__ == "__main__":
    main()
