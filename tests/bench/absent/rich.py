"""What the tools of the tests bring and the site does not have: it would be loaded and weighed."""

raise ImportError("The site is installed without this.")
