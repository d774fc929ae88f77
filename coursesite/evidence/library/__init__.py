"""Making, signing and verifying the files of a pack; knows neither the site nor its database."""
