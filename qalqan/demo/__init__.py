"""The demo: a fake world of ads, served on loopback."""
