"""Takes in a bucket of S3, with the film folder as its cache; `docs/adr/0014-takes-in-a-bucket.md` tells why so."""
